import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../../tests/harness/temporary-folder.ts";
import { type CertificateWatch, watchCertificate } from "./watch-certificate.ts";

type Seen = Parameters<CertificateWatch["report"]>[0];

/** What the watch says first about an address, and whether it was asked to stop in time. */
async function firstLook(baseUrl: string): Promise<Seen> {
  const { promise, resolve } = Promise.withResolvers<Seen>();
  const watch = watchCertificate({ baseUrl, report: resolve });
  const seen = await promise;
  watch.stop();
  return seen;
}

/** A certificate of its own that is valid for some days from now. */
function makeCertificate(folder: string, days: number): { key: string; cert: string } {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const made = Bun.spawnSync(
    ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", String(days), "-keyout", key, "-out", cert],
    { stdout: "ignore", stderr: "ignore", timeout: 20_000 },
  );
  if (made.exitCode !== 0) throw new Error("openssl made no certificate");
  return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
}

test("the end of a certificate's validity is read, though nobody trusts its issuer", async () => {
  using folder = temporaryFolder();
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", tls: makeCertificate(folder.path, 10), fetch: () => new Response("") });
  const seen = await firstLook(`https://127.0.0.1:${server.port}`);
  await server.stop(true);
  const daysLeft = "notAfterMs" in seen ? (seen.notAfterMs - Date.now()) / 86_400_000 : Number.NaN;
  expect(daysLeft).toBeGreaterThan(9.9);
  expect(daysLeft).toBeLessThan(10.1);
});

test("an address where nobody listens, or that speaks no TLS, is a fault and no crash", async () => {
  const plain = await new Promise<Server>((resolve) => {
    const made = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(0, "127.0.0.1", () => resolve(made));
  });
  const { port } = plain.address() as { port: number };
  expect(await firstLook(`https://127.0.0.1:${port}`)).toHaveProperty("fault");
  plain.close();
  expect(await firstLook("https://127.0.0.1:1")).toHaveProperty("fault");
});

test("an address without TLS is left alone", async () => {
  let reports = 0;
  watchCertificate({ baseUrl: "http://127.0.0.1:1", report: () => reports++ }).stop();
  watchCertificate({ baseUrl: null, report: () => reports++ }).stop();
  await Bun.sleep(0);
  expect(reports).toBe(0);
});
