import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { databaseName } from "../../src/storage/sqlite/open.ts";
import { hookTimeoutMs, type Service, startService } from "../harness/start-service.ts";

let service: Service;
beforeAll(async () => {
  service = await startService();
  await service.send("POST", "/users", { body: { username: "owner", email: "owner@example.com" } });
}, hookTimeoutMs);
afterAll(async () => {
  expect(await service.stop()).toBe(0);
}, hookTimeoutMs);

describe("GET /health", () => {
  test("says ok", async () => {
    const { status, json, headers } = await service.send("GET", "/health");
    expect([status, json.status, headers.get("cache-control")]).toEqual([200, "ok", "no-store"]);
  });
});

describe("GET /ready", () => {
  test("names every check", async () => {
    const { status, json } = await service.send("GET", "/ready");
    expect([status, json.status]).toEqual([200, "ready"]);
    expect(json.checks.map(({ name }: { name: string }) => name)).toEqual(["store_writable", "integrity", "disk_space", "migrations", "running"]);
    expect(json.checks.every(({ is_ok }: { is_ok: boolean }) => is_ok)).toBe(true);
  });

  test(
    "answers 503 naming the check that fails",
    async () => {
      const poor = await startService({ DISK_FREE_MB: "1000000" });
      const { status, json, headers } = await poor.send("GET", "/ready");
      expect([status, json.code, headers.get("retry-after")]).toEqual([503, "store_unavailable", "1"]);
      expect(json.detail).toContain("disk_space");
      expect(json.checks.filter(({ is_ok }: { is_ok: boolean }) => !is_ok)).toHaveLength(1);
      expect((await poor.send("GET", "/health")).status).toBe(200);
      expect(await poor.stop()).toBe(0);
    },
    hookTimeoutMs,
  );
});

describe("while another process holds the store's lock", () => {
  test("writes answer 503 with Retry-After in bounded time, /health and cached redirects go on, and all is well afterwards", async () => {
    const link = (await service.send("POST", "/urls", { body: { user_id: 1, original_url: "https://example.com/locked" } })).json;
    await service.send("GET", `/${link.short_code}`);
    const other = new Database(join(service.folder, databaseName));
    other.run("BEGIN EXCLUSIVE");
    const startedMs = performance.now();
    const answers = await Promise.all([
      service.send("POST", "/users", { body: { username: "locked", email: "locked@example.com" }, headers: { "Idempotency-Key": "locked" } }),
      service.send("PATCH", `/urls/${link.id}`, { body: { title: "x" } }),
      service.send("DELETE", `/urls/${link.id}`),
    ]);
    expect(performance.now() - startedMs).toBeLessThan(8_000);
    for (const { status, json, headers } of answers) expect([status, json.code, headers.get("retry-after")]).toEqual([503, "store_busy", "1"]);
    expect((await service.send("GET", "/health")).status).toBe(200);
    expect((await service.send("GET", `/${link.short_code}`)).status).toBe(302);
    expect((await service.send("GET", "/ready")).status).toBe(503);
    other.run("ROLLBACK");
    other.close();
    const retried = await service.send("POST", "/users", {
      body: { username: "locked", email: "locked@example.com" },
      headers: { "Idempotency-Key": "locked" },
    });
    expect(retried.status).toBe(201);
    for (const deadlineMs = Date.now() + 5_000; (await service.send("GET", "/ready")).status !== 200 && Date.now() < deadlineMs;) await Bun.sleep(50);
    expect((await service.send("GET", "/ready")).status).toBe(200);
  }, 30_000);
});

describe("GET /metrics", () => {
  test("is a JSON summary that counts requests and errors", async () => {
    const before = (await service.send("GET", "/metrics")).json;
    expect(Object.keys(before).toSorted()).toEqual([
      "cpu_percent",
      "error_count",
      "error_rate",
      "latency",
      "memory_percent",
      "total_requests",
      "uptime_seconds",
    ]);
    expect(Object.keys(before.latency)).toEqual(["avg", "p50", "p95", "p99"]);
    for (let index = 0; index < 5; index++) await service.send("GET", "/users");
    const after = (await service.send("GET", "/metrics")).json;
    expect(after.total_requests).toBe(before.total_requests + 6);
    expect(after.latency.avg).toBeGreaterThan(0);
    expect(after.error_rate).toBeCloseTo(after.error_count / after.total_requests, 5);
  });

  test("is Prometheus text when Accept asks for it", async () => {
    const answer = await service.send("GET", "/metrics", { headers: { Accept: "text/plain;version=0.0.4" } });
    expect(answer.headers.get("content-type")).toStartWith("text/plain");
    expect(answer.text).toContain("# HELP ");
  });
});

describe("GET /prom_metrics", () => {
  test("is the exposition with HELP and TYPE, or OpenMetrics on Accept", async () => {
    const plain = await service.send("GET", "/prom_metrics");
    expect(plain.headers.get("content-type")).toStartWith("text/plain");
    expect(plain.text).toMatch(/^# HELP \w+ /m);
    expect(plain.text).toMatch(/^# TYPE \w+ histogram$/m);
    expect(plain.text).not.toContain("flask_app_");
    const open = await service.send("GET", "/prom_metrics", { headers: { Accept: "application/openmetrics-text;version=1.0.0" } });
    expect(open.headers.get("content-type")).toStartWith("application/openmetrics-text");
    expect(open.text.trimEnd()).toEndWith("# EOF");
  });

  test("has no more series after 300 unknown paths and methods", async () => {
    const series = async (): Promise<string[]> =>
      (await service.send("GET", "/prom_metrics")).text
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("#"))
        .map((line) => line.slice(0, line.lastIndexOf(" ")));
    await service.send("GET", "/never/was/0");
    await service.send("SPIN0", "/never/was/0");
    await service.send("GET", "/absent-code");
    await service.send("SPIN0", "/users/7");
    const before = await series();
    for (let index = 1; index <= 100; index++) {
      await service.send("GET", `/never/was/${index}`);
      await service.send("GET", `/absent-code${index}`);
      await service.send(`SPIN${index}`, `/users/${index}`);
    }
    expect((await series()).filter((name) => !before.includes(name))).toEqual([]);
  });

  test(
    "has the seven old names with LEGACY_METRICS=on",
    async () => {
      const legacy = await startService({ LEGACY_METRICS: "on" });
      const { text } = await legacy.send("GET", "/prom_metrics");
      for (const name of ["cpu_percent", "memory_percent", "uptime_seconds", "total_requests", "error_count", "error_rate", "avg_latency_ms"])
        expect(text).toMatch(new RegExp(`^flask_app_${name} `, "m"));
      expect(await legacy.stop()).toBe(0);
    },
    hookTimeoutMs,
  );
});

describe("the pages", () => {
  test.each(["/docs", "/docs/errors", "/"])("%s is HTML with strict headers, no script and no inline style, and all it loads is ours", async (path) => {
    const { status, headers, text } = await service.send("GET", path, { headers: { Accept: "text/html" } });
    expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect([headers.get("x-content-type-options"), headers.get("referrer-policy"), headers.get("x-frame-options")]).toEqual(["nosniff", "no-referrer", "DENY"]);
    expect(text).not.toMatch(/<script|<style|\sstyle=|\son\w+=/i);
    const loaded = [...text.matchAll(/<link[^>]+href="([^"]+)"/g)].map(([, address]) => address as string);
    expect(loaded).toEqual(["/favicon.ico", "/assets/page.css"]);
    for (const each of loaded) expect((await service.send("GET", each)).status).toBe(200);
    for (const [, anchor] of text.matchAll(/href="#([^"]+)"/g)) expect(text).toContain(`id="${anchor}"`);
  });

  test("/ tells a program where to go", async () => {
    expect((await service.send("GET", "/")).json).toMatchObject({ docs: "/docs", openapi: "/openapi.json", health: "/health" });
  });
});
