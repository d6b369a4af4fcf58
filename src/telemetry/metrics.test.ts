import { expect, test } from "bun:test";
import { openLabelLimit } from "./instrument.ts";
import { metricCatalogue, type MetricDefinition } from "./metric-catalogue.ts";
import { createMetrics, describeMetrics, type Metrics } from "./metrics.ts";

const openMetrics = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";
const options = { version: "1.2.3", runtime: "bun 1", startedAtMs: 1_700_000_000_000 };

async function lines(metrics: Metrics, accept: string | null = null): Promise<string[]> {
  return (await metrics.renderMetrics(accept)).text.split("\n");
}

async function seriesOf(metrics: Metrics): Promise<string[]> {
  return (await lines(metrics)).filter((line) => line && !line.startsWith("#")).map((line) => line.replace(/ \S+$/, ""));
}

test("every metric of the catalogue is exposed with its help and type", async () => {
  const shown = await lines(createMetrics({ ...options, isLegacy: true }));
  for (const { name, type, help } of Object.values(metricCatalogue)) {
    expect(shown).toContain(`# HELP ${name} ${help}`);
    expect(shown).toContain(`# TYPE ${name} ${type}`);
  }
});

test("series whose labels are known in advance start at 0", async () => {
  const shown = await lines(createMetrics({ ...options, routes: [{ method: "GET", route: "/:code" }], operations: ["links.find"] }));
  expect(shown).toContain('srenity_redirects_total{outcome="refused"} 0');
  expect(shown).toContain('srenity_store_errors_total{code="store_full"} 0');
  expect(shown).toContain('srenity_cache_lookups_total{result="negative_hit"} 0');
  expect(shown).toContain("srenity_clicks_lost_total 0");
  expect(shown).toContain('srenity_http_request_duration_seconds_count{method="GET",route="/:code",status_class="5xx"} 0');
  expect(shown).toContain('srenity_http_request_duration_seconds_bucket{le="0.1",method="GET",route="/:code",status_class="5xx"} 0');
  expect(shown).toContain('srenity_store_operation_duration_seconds_count{operation="links.find"} 0');
  expect(shown).toContain('srenity_build_info{version="1.2.3",runtime="bun 1"} 1');
});

test("a gauge that was never measured has no sample, because 0 would be a false alarm", async () => {
  const metrics = createMetrics(options);
  expect((await seriesOf(metrics)).filter((line) => line.startsWith("srenity_disk_free_bytes"))).toEqual([]);
  metrics.families.diskFree.child().set(5);
  expect(await lines(metrics)).toContain("srenity_disk_free_bytes 5");
});

test("buckets are cumulative and agree with count and sum", async () => {
  const metrics = createMetrics(options);
  for (const durationS of [0.0004, 0.0005, 0.02, 9]) metrics.requestDurations.histogramOf("GET", "/x", 200).observe(durationS);
  const shown = (await lines(metrics)).filter((line) => line.includes('route="/x",status_class="2xx"'));
  const value = (start: string): number =>
    Number(
      shown
        .find((line) => line.startsWith(start))
        ?.split(" ")
        .at(-1),
    );
  expect(value('srenity_http_request_duration_seconds_bucket{le="0.0005"')).toBe(2);
  expect(value('srenity_http_request_duration_seconds_bucket{le="0.025"')).toBe(3);
  expect(value('srenity_http_request_duration_seconds_bucket{le="5.5"')).toBe(3);
  expect(value('srenity_http_request_duration_seconds_bucket{le="+Inf"')).toBe(4);
  expect(value("srenity_http_request_duration_seconds_count")).toBe(4);
  expect(value("srenity_http_request_duration_seconds_sum")).toBeCloseTo(9.0209, 9);
});

test("a duration that is negative or not a number counts as 0 and spoils no sum", async () => {
  const metrics = createMetrics(options);
  metrics.requestDurations.histogramOf("GET", "/x", 200).observe(Number.NaN);
  metrics.requestDurations.histogramOf("GET", "/x", 200).observe(-1);
  expect((await metrics.renderMetrics(null)).text).not.toContain("NaN");
  expect(await lines(metrics)).toContain('srenity_http_request_duration_seconds_count{method="GET",route="/x",status_class="2xx"} 2');
});

test("the series stay as many under 100 000 random paths and methods", async () => {
  const metrics = createMetrics(options);
  const storm = (from: number): void => {
    for (let i = from; i < from + 100_000; i++) {
      const seed = (i * 2_654_435_761) >>> 0;
      metrics.requestDurations.histogramOf(`M${seed % 50_000}`, `/path/${seed}`, 200 + (seed % 400)).observe(0.001);
      metrics.requestDurations.histogramOf("GET", `/path/${seed}`, 404).observe(0.001);
    }
  };
  storm(0);
  const before = await seriesOf(metrics);
  storm(100_000);
  expect(await seriesOf(metrics)).toEqual(before);
  const routes = new Set(before.flatMap((line) => /route="([^"]+)"/.exec(line)?.[1] ?? []));
  const methods = new Set(before.flatMap((line) => /method="([^"]+)"/.exec(line)?.[1] ?? []));
  expect(routes.size).toBe(openLabelLimit + 1);
  expect(routes).toContain("other");
  expect([...methods].toSorted()).toEqual(["GET", "other"]);
});

test("a declared route gets no new series, whatever it is asked and answers", async () => {
  const metrics = createMetrics({ ...options, routes: ["GET", "POST"].map((method) => ({ method, route: "/urls" })) });
  const before = await seriesOf(metrics);
  for (const method of ["GET", "HEAD", "POST", "PUT", "OPTIONS", "BREW", "HEAD", "PUT"])
    for (const status of [200, 302, 404, 503]) metrics.requestDurations.histogramOf(method, "/urls", status).observe(0.001);
  expect(await seriesOf(metrics)).toEqual(before);
  const count = async (method: string, route: string): Promise<string | undefined> =>
    (await lines(metrics)).find((line) =>
      line.startsWith(`srenity_http_request_duration_seconds_count{method="${method}",route="${route}",status_class="2xx"}`),
    );
  expect(await count("GET", "/urls")).toEndWith(" 3");
  expect(await count("POST", "/urls")).toEndWith(" 1");
  expect(await count("other", "other")).toEndWith(" 4");
});

test("a store operation beyond the limit counts as other", async () => {
  const metrics = createMetrics(options);
  for (let i = 0; i < 1_000; i++) metrics.families.storeDuration.child(`operation ${i}`).observe(0.001);
  const counts = (await lines(metrics)).filter((line) => line.startsWith("srenity_store_operation_duration_seconds_count"));
  expect(counts).toHaveLength(openLabelLimit + 1);
  expect(counts).toContain(`srenity_store_operation_duration_seconds_count{operation="other"} ${1_000 - openLabelLimit}`);
});

test("OpenMetrics is chosen by the Accept header, ends with # EOF, and leaves the plain format as it was", async () => {
  const metrics = createMetrics(options);
  const before = await metrics.renderMetrics("*/*");
  const open = await metrics.renderMetrics(openMetrics);
  const after = await metrics.renderMetrics("text/plain");
  expect(open.contentType).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
  expect(open.text.endsWith("\n# EOF\n")).toBe(true);
  expect(open.text).toContain("# TYPE srenity_redirects counter\n");
  expect(open.text).toContain('srenity_redirects_total{outcome="found"} 0\n');
  expect(before.contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(after.text).toContain("# TYPE srenity_redirects_total counter\n");
  expect(after.text.split("\n").length).toBe(before.text.split("\n").length);
});

test("each call makes its own metrics", async () => {
  const [one, two] = [createMetrics(options), createMetrics(options)];
  one.families.clicksLost.child().add(3);
  expect(await lines(one)).toContain("srenity_clicks_lost_total 3");
  expect(await lines(two)).toContain("srenity_clicks_lost_total 0");
});

test("the seven old names are exposed only when asked for", async () => {
  const names = (shown: string[]): string[] => shown.filter((line) => line.startsWith("flask_app_")).map((line) => line.split(" ")[0]!);
  expect(names(await lines(createMetrics(options)))).toEqual([]);
  expect(names(await lines(createMetrics({ ...options, isLegacy: true }))).toSorted()).toEqual(
    ["avg_latency_ms", "cpu_percent", "error_count", "error_rate", "memory_percent", "total_requests", "uptime_seconds"].map((name) => `flask_app_${name}`),
  );
});

test("a collector that fails does not spoil the scrape", async () => {
  const metrics = createMetrics(options);
  metrics.onCollect(() => {
    throw new Error("no such file");
  });
  metrics.onCollect(() => metrics.families.clicksHeld.child().set(7));
  expect(await lines(metrics)).toContain("srenity_clicks_held 7");
});

test("the process shows its CPU, memory and open files", async () => {
  const shown = await lines(createMetrics(options));
  const value = (name: string): number => Number(shown.find((line) => line.startsWith(`${name} `))?.split(" ")[1]);
  expect(value("process_cpu_seconds_total")).toBeGreaterThan(0);
  expect(value("process_resident_memory_bytes")).toBeGreaterThan(1_000_000);
  expect(value("process_start_time_seconds")).toBe(1_700_000_000);
  if (process.platform === "linux") expect(value("process_open_fds")).toBeGreaterThan(2);
});

test("an unknown value of a closed label is a bug, not a series", () => {
  expect(() => createMetrics(options).families.redirects.child("surprising")).toThrow(RangeError);
});

test("names have base units, counters end with _total, and no bucket limit is a whole number", () => {
  for (const { name, type, help, buckets, isLegacy, labels } of describeMetrics()) {
    expect(help).toMatch(/\.$/);
    expect(labels.length).toBeLessThanOrEqual(3);
    if (isLegacy) continue;
    expect(name).toMatch(/^(srenity|process)_[a-z_]+$/);
    expect(name).not.toMatch(/_(ms|milliseconds|megabytes|percent)(_|$)/);
    expect(name.endsWith("_total")).toBe(type === "counter");
    for (const limit of buckets) expect(Number.isInteger(limit)).toBe(false);
    expect(buckets.toSorted((a, b) => a - b)).toEqual([...buckets]);
  }
  const definitions: MetricDefinition[] = Object.values(metricCatalogue);
  expect(describeMetrics().map((metric) => metric.name)).toEqual(definitions.map((definition) => definition.name));
});
