import { describe, expect, test } from "bun:test";
import { METHODS } from "node:http";
import { join } from "node:path";
import { startMonitoringProgram } from "../../scripts/observe/monitoring-program.ts";
import { freePorts } from "../harness/free-ports.ts";
import { lockStore } from "../harness/lock-store.ts";
import { type RunningService, startRunningService } from "../harness/running-service.ts";
import { send } from "../harness/send.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { type Exposition, readExposition } from "./read-exposition.ts";
import { sendRequestStorm } from "./request-storm.ts";

/** Longest that a test with a busy service may take, in milliseconds. */
const testTimeoutMs = 60_000;

const chrome = { "User-Agent": "Mozilla/5.0 Chrome/120" };

/** Requests that end in every way that a client, or a locked store, can cause. */
async function sendEveryKind(service: RunningService, folder: string): Promise<void> {
  const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => service.send(method, path, { body, headers });
  const owner = { username: "owner", email: "owner@example.com" };
  const { id } = (await ask("POST", "/users", owner)).json as { id: number };
  const link = (more: object): object => ({ user_id: id, original_url: "https://example.com/", ...more });
  await ask("POST", "/users", owner);
  for (const code of ["kept", "once", "late", "off"])
    await ask("POST", "/urls", link({ short_code: code, original_url: `https://example.com/${code}`, ...(code === "once" ? { max_clicks: 1 } : {}) }));
  await ask("POST", "/urls", link({ original_url: "https://example.com/kept" }), { "Idempotency-Key": "one" });
  await ask("POST", "/urls", link({ original_url: "https://example.com/kept" }), { "Idempotency-Key": "one" });
  await ask("POST", "/urls", link({ original_url: "https://example.com/other" }), { "Idempotency-Key": "one" });
  for (const body of ["{broken", {}, link({ short_code: "kept" }), link({ short_code: "urls" }), link({ original_url: "ftp://x" })])
    await ask("POST", "/urls", body);
  await ask("PATCH", "/urls/4", { is_active: false });
  await ask("PATCH", "/urls/3", { expires_at: "2001-01-01T00:00:00Z" });
  await ask("POST", "/users/bulk", "username,email\nsecond,second@example.com\n", { "Content-Type": "text/csv" });
  await ask("POST", "/events", { url_id: 1, user_id: id, event_type: "shared", details: {} });
  for (const agent of [chrome, { "User-Agent": "Googlebot/2.1" }]) await ask("GET", "/kept", undefined, agent);
  for (const code of ["once", "once", "late", "off", "unknown", "unknown", "r/kept", "s/kept", "urls/kept/redirect"])
    await ask("GET", `/${code}`, undefined, chrome);
  await ask("HEAD", "/kept");
  const { paths } = (await ask("GET", "/openapi.json")).json as { paths: Record<string, object> };
  for (const path of Object.keys(paths).map((template) => template.replace(/\{\w+\}/, "1")))
    for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]) if (method !== "DELETE" || path === "/urls/1") await ask(method, path);
  for (const path of ["/docs", "/docs/errors", "/robots.txt", "/no/such/path", "/assets/none"])
    for (const method of ["GET", "POST", "DELETE"]) await ask(method, path);
  {
    using _ = lockStore(folder);
    await Promise.all([ask("POST", "/users", { username: "late", email: "late@example.com" }), ask("GET", "/once", undefined, chrome), ask("GET", "/ready")]);
  }
}

/** What `promtool check metrics` says of a page; no line when it is clean. */
async function lint({ text }: Exposition): Promise<string[]> {
  const promtool = Bun.spawn(["promtool", "check", "metrics"], { stdin: new Blob([text]), stdout: "pipe", stderr: "pipe", timeout: 20_000 });
  const said = (await Promise.all([new Response(promtool.stdout).text(), new Response(promtool.stderr).text()])).join("");
  const status = await promtool.exited;
  return [...said.split("\n").filter(Boolean), ...(status === 0 ? [] : [`exit status ${status}`])];
}

describe("the metrics page", () => {
  test(
    "shows every counter and histogram before the first request, at 0, so that the first error is seen as an increase; and promtool finds no fault with it",
    async () => {
      using folder = temporaryFolder();
      await using service = await startRunningService({ folder: folder.path, settings: { LOG_LEVEL: "error" } });
      const first = await readExposition(service.address);
      await sendEveryKind(service, folder.path);
      const later = await readExposition(service.address);
      expect(later.counted.filter((series) => !first.values.has(series))).toEqual([]);
      const grown = later.counted.filter((series) => (first.values.get(series) ?? 0) < (later.values.get(series) ?? 0));
      for (const part of [
        'status_class="5xx"',
        'code="store_busy"',
        'code="idempotency_mismatch"',
        'outcome="used_up"',
        'outcome="expired"',
        "srenity_bot_clicks",
      ])
        expect(grown.filter((series) => series.includes(part))).not.toEqual([]);
      // What the process does by itself has begun to count: its CPU, its event loop and the upkeep of its store.
      const begun = first.counted.filter((series) => first.values.get(series) !== 0 && !/^(process_|srenity_(event_loop|store_operation|build))/.test(series));
      expect(begun).toEqual([]);
      expect(await lint(first)).toEqual([]);
      expect(await lint(later)).toEqual([]);
    },
    testTimeoutMs,
  );

  test(
    "has the old names as they were with LEGACY_METRICS=on, in which promtool finds a short unit and a suffix",
    async () => {
      using folder = temporaryFolder();
      await using service = await startRunningService({ folder: folder.path, settings: { LOG_LEVEL: "error", LEGACY_METRICS: "on" } });
      expect(await lint(await readExposition(service.address))).toEqual([
        "flask_app_avg_latency_ms metric names should not contain abbreviated units",
        'flask_app_error_count non-histogram and non-summary metrics should not have "_count" suffix',
        "exit status 3",
      ]);
    },
    testTimeoutMs,
  );

  test(
    "has as many series after 100 000 random paths, methods and hosts as before, and the service holds its memory",
    async () => {
      using folder = temporaryFolder();
      await using service = await startRunningService({ folder: folder.path, settings: { LOG_LEVEL: "error", CACHE_ENTRIES: "10000" } });
      const random = (): string => Math.random().toString(36).slice(2);
      const requestOf = (number: number): string => {
        const method = METHODS[Math.floor(Math.random() * METHODS.length)];
        const path = `/${random()}${["", "/", `/${random()}`, `?${random()}=1`, "/redirect"][number % 5]}`;
        return `${method} ${number % 7 === 0 ? `/urls${path}` : path} HTTP/1.1\r\nHost: ${random()}.example\r\nContent-Length: 0\r\n\r\n`;
      };
      const before = await readExposition(service.address);
      await sendRequestStorm(service.address, 20_000, requestOf);
      const warmBytes = service.residentBytes();
      const statuses = await sendRequestStorm(service.address, 80_000, requestOf);
      expect(Object.keys(statuses).toSorted()).toEqual(["204", "404", "405"]);
      expect(service.residentBytes() - warmBytes).toBeLessThan(64 * 1_048_576);
      const after = await readExposition(service.address);
      expect([...after.values.keys()]).toEqual([...before.values.keys()]);
      const counted = after.counted.filter((series) => series.startsWith("srenity_http_request_duration_seconds_count"));
      expect(counted.reduce((sum, series) => sum + (after.values.get(series) ?? 0), 0)).toBeGreaterThanOrEqual(100_000);
    },
    testTimeoutMs,
  );
});

/** A Prometheus that scrapes a service each second and keeps exemplars. */
async function startPrometheus(folder: string, target: string): Promise<AsyncDisposable & { address: string }> {
  const config = {
    global: { scrape_interval: "1s" },
    scrape_configs: [{ job_name: "link", metrics_path: "/prom_metrics", static_configs: [{ targets: [target] }] }],
  };
  await Bun.write(join(folder, "prometheus.json"), JSON.stringify(config));
  const [port] = await freePorts(1);
  const flags = ["--config.file=prometheus.json", "--storage.tsdb.path=metrics", "--enable-feature=exemplar-storage"];
  const program = await startMonitoringProgram({ name: "prometheus", folder, address: `http://127.0.0.1:${port}`, flags });
  return { address: program.address, [Symbol.asyncDispose]: () => program.stop() };
}

test(
  "an exemplar that Prometheus has of a slow bucket leads to the log line of a request of that route, status and duration",
  async () => {
    using folder = temporaryFolder();
    await using service = await startRunningService({ folder: join(folder.path, "service") });
    await using prometheus = await startPrometheus(folder.path, new URL(service.address).host);
    const ask = (query: string) => {
      const span = { start: String(Date.now() / 1_000 - 600), end: String(Date.now() / 1_000 + 60) };
      return send(`${prometheus.address}/api/v1/query_exemplars?${new URLSearchParams({ query, ...span }).toString()}`, "GET");
    };
    interface Found {
      seriesLabels: Record<string, string>;
      exemplars: { labels: { trace_id: string }; value: string; timestamp: number }[];
    }
    const findings = async (): Promise<Found[]> => (await ask('srenity_http_request_duration_seconds_bucket{route="/:code"}')).json.data as Found[];
    await waitUntil("Prometheus has exemplars of an unknown code, twice", 30_000, async () => {
      await service.send("GET", `/unknown-${Date.now()}`);
      return (await findings()).some(({ exemplars }) => exemplars.length > 1);
    });
    const lines = new Map(service.logLines().map((line) => [line["trace_id"], line]));
    for (const { seriesLabels, exemplars } of await findings()) {
      for (const { labels, value, timestamp } of exemplars) {
        const line = lines.get(labels.trace_id);
        expect(line).toMatchObject({ route: "/:code", status: 404, method: seriesLabels["method"] });
        expect(Number(value) * 1_000).toBeCloseTo(Number(line?.["duration_ms"]), 2);
        expect(Number(value)).toBeLessThanOrEqual(Number(seriesLabels["le"]));
        expect(Math.abs(timestamp * 1_000 - Date.parse(String(line?.["time"])))).toBeLessThan(50);
      }
    }
    const refused = ["prometheus_target_scrapes_exemplar_out_of_order_total", "prometheus_tsdb_exemplar_out_of_order_exemplars_total"];
    const { text } = await send(`${prometheus.address}/metrics`, "GET");
    for (const name of refused) expect(text).toContain(`\n${name} 0\n`);
  },
  testTimeoutMs,
);
