import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { startRawServer } from "./raw-server.ts";
import { probeOnce, startExposingServer, targetOf, valueOf } from "./watch-parts.ts";

const patientMs = 10_000;
const location = "https://example.org/a?b=c";
const redirect = (status: number, to: string | null): Response => new Response(null, { status, headers: to === null ? {} : { Location: to } });

/** What the canary of a server with this answer says, and its health beside it. */
async function probeCanary(answer: () => Response): Promise<{ fault: string | null | undefined; samples: number[]; requests: number }> {
  using server = startExposingServer(
    () => "",
    (path) => (path === "/canary" ? answer() : new Response("ok")),
  );
  const { checks, samples } = await probeOnce(targetOf(server.address, { canary: { path: "/canary", location } }), patientMs);
  const both = ["health", "canary"].map((probe) => valueOf(samples, "probe_success", { probe, job: "link-service-probe" }));
  return { fault: checks[1]?.fault, samples: both, requests: server.requests("/canary") };
}

describe("a canary", () => {
  test.each([301, 302, 307, 308])("that redirects with %d to where it should is well", async (status) => {
    expect(await probeCanary(() => redirect(status, location))).toEqual({ fault: null, samples: [1, 1], requests: 1 });
  });

  test("may spell its address otherwise, as long as a browser goes to the same place", async () => {
    expect((await probeCanary(() => redirect(302, "HTTPS://EXAMPLE.org:443/x/../a?b=c"))).fault).toBeNull();
  });

  test.each<[string, () => Response, string]>([
    ["to another address", () => redirect(302, "https://example.org/a?b=d"), "it redirects to another address"],
    ["to an address of our own", () => redirect(302, "/a?b=c"), "it redirects to another address"],
    ["to nowhere", () => redirect(302, null), "status 302 without a Location"],
    ["to no address", () => redirect(302, "http://[broken"), "its Location is no address"],
    ["not at all", () => new Response("hello"), "status 200, no redirect"],
    ["never again", () => new Response("gone", { status: 410 }), "status 410, no redirect"],
    ["by another kind of status", () => redirect(303, location), "status 303, no redirect"],
  ])("that redirects %s is not, though the health is", async (_, answer, words) => {
    expect(await probeCanary(answer)).toEqual({ fault: words, samples: [1, 0], requests: 1 });
  });
});

describe("a probe", () => {
  test("follows the health alone where there is no canary, and asks over a new connection every time", async () => {
    let status = "200 OK";
    using server = await startRawServer((socket) => {
      socket.on("data", () => socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\nok`));
    });
    expect((await probeOnce(targetOf(server.address), patientMs)).checks).toMatchObject([{ name: "health", isOk: true, fault: null }]);
    status = "503 Down";
    expect((await probeOnce(targetOf(server.address), patientMs)).checks).toMatchObject([{ name: "health", isOk: false, fault: "status 503" }]);
    expect(server.connections()).toBe(2);
  });

  test("of one that says nothing ends with the time-out", async () => {
    using server = await startRawServer(() => undefined);
    const { checks, samples } = await probeOnce(targetOf(server.address, { canary: { path: "/canary", location } }), 200);
    expect(checks.map(({ fault }) => fault)).toEqual(["no answer within 200 ms", "no answer within 200 ms"]);
    expect(valueOf(samples, "probe_duration_seconds", { probe: "health" })).toBeGreaterThanOrEqual(0.19);
  });

  test("of an https address says when its certificate expires, and that nobody trusts it", async () => {
    using folder = temporaryFolder();
    const [key, cert] = [join(folder.path, "key.pem"), join(folder.path, "cert.pem")];
    const words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "10", "-keyout", key, "-out", cert];
    expect(Bun.spawnSync(words, { stdout: "ignore", stderr: "ignore", timeout: 20_000 }).exitCode).toBe(0);
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      tls: { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") },
      fetch: () => new Response("ok"),
    });
    const { checks, certificate, samples } = await probeOnce(targetOf(`https://127.0.0.1:${server.port}`), patientMs);
    await server.stop(true);
    expect(checks).toMatchObject([{ isOk: false, fault: "the certificate is not trusted" }]);
    const daysLeft = (valueOf(samples, "probe_certificate_not_after_seconds") - Date.now() / 1_000) / 86_400;
    expect(daysLeft).toBeCloseTo(10, 1);
    expect(certificate).toHaveProperty("notAfterMs");
  });

  test("of an http address knows of no certificate", async () => {
    using server = startExposingServer(() => "");
    const { certificate, samples } = await probeOnce(targetOf(server.address), patientMs);
    expect([certificate, samples.length]).toEqual([null, 2]);
  });
});
