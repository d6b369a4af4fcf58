import { describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import { waitUntil } from "../harness/wait-until.ts";
import { answerWith, startRawServer } from "./raw-server.ts";
import { scrapeOnce, scraperOf, startExposingServer, targetOf, valueOf } from "./watch-parts.ts";

const patientMs = 10_000;
const impatientMs = 300;
const head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
const never = new AbortController().signal;

describe("a scrape", () => {
  test("gives the target's samples under its job and instance, and what the scrape took", async () => {
    using server = startExposingServer(
      () => '# TYPE a counter\na{route="/"} 3\nsrenity_build_info{version="1.2.3"} 1\nprocess_start_time_seconds 1700000000\n',
    );
    const scrape = await scrapeOnce(targetOf(server.address), patientMs);
    const labels = { job: "link-service", instance: server.address.slice("http://".length) };
    expect(scrape).toMatchObject({ isUp: true, fault: null, sampleCount: 3, version: "1.2.3", startedAtMs: 1_700_000_000_000 });
    expect(scrape.samples).toHaveLength(6);
    expect(valueOf(scrape.samples, "a", { route: "/", ...labels })).toBe(3);
    expect(valueOf(scrape.samples, "up", labels)).toBe(1);
    expect(valueOf(scrape.samples, "scrape_samples_scraped", labels)).toBe(3);
    expect(valueOf(scrape.samples, "scrape_duration_seconds", labels)).toBeCloseTo(scrape.durationMs / 1_000);
  });

  test("keeps what is wanted, and always what shows deploys and restarts", async () => {
    using server = startExposingServer(() => 'a 1\nb 2\nsrenity_build_info{version="1"} 1\nprocess_start_time_seconds 5\n');
    const { samples } = await scraperOf(targetOf(server.address), patientMs, ["b"]).scrape(never);
    expect(samples.slice(0, 3).map(({ labels }) => labels["__name__"])).toEqual(["b", "srenity_build_info", "process_start_time_seconds"]);
  });

  test("lets no target say itself that it is up", async () => {
    using server = startExposingServer(() => "up 5\nscrape_samples_scraped 1000000\n");
    const { samples } = await scrapeOnce(targetOf(server.address), patientMs);
    expect([valueOf(samples, "up"), valueOf(samples, "scrape_samples_scraped")]).toEqual([1, 0]);
    const wanting = await scraperOf(targetOf(server.address), patientMs, ["up"]).scrape(never);
    expect(valueOf(wanting.samples, "up")).toBe(1);
  });

  test("that fails ends every series of the target, once", async () => {
    let status = 200;
    using server = startExposingServer(() => (status === 200 ? "a 1\nb 2\n" : new Response("", { status })));
    const scraper = scraperOf(targetOf(server.address), patientMs);
    await scraper.scrape(never);
    status = 500;
    const failed = await scraper.scrape(never);
    expect([valueOf(failed.samples, "a"), valueOf(failed.samples, "b"), valueOf(failed.samples, "up")]).toEqual([Number.NaN, Number.NaN, 0]);
    expect((await scraper.scrape(never)).samples).toHaveLength(3);
  });

  test("sends the token, and to nobody else when it is redirected", async () => {
    const seen: (string | null)[] = [];
    const keep = (request: Request, response: Response): Response => {
      seen.push(request.headers.get("authorization"));
      return response;
    };
    using elsewhere = startExposingServer(() => "a 1\n");
    const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => keep(request, Response.redirect(`${elsewhere.address}/prom_metrics`)) });
    const scrape = await scrapeOnce(targetOf(`http://127.0.0.1:${server.port}`, { token: "secret-token" }), patientMs);
    await server.stop(true);
    expect(scrape).toMatchObject({ isUp: false, fault: "status 302; redirects are not followed" });
    expect(seen).toEqual(["Bearer secret-token"]);
    expect(elsewhere.requests("/prom_metrics")).toBe(0);
  });

  test("uses its connection again, and takes one that was closed meanwhile for no fault", async () => {
    using server = await startRawServer((socket) => {
      socket.on("data", () => socket.write(`${head}Content-Length: 4\r\n\r\na 1\n`));
    });
    const scraper = scraperOf(targetOf(server.address), patientMs);
    for (let scrape = 0; scrape < 5; scrape++) expect((await scraper.scrape(never)).isUp).toBe(true);
    expect(server.connections()).toBe(1);
    using closing = await startRawServer((socket) => {
      socket.once("data", () => socket.write(`${head}Content-Length: 4\r\n\r\na 1\n`, () => socket.once("data", () => socket.resetAndDestroy())));
    });
    const other = scraperOf(targetOf(closing.address), patientMs);
    for (let scrape = 0; scrape < 3; scrape++) expect((await other.scrape(never)).fault).toBeNull();
  });

  test("that is cut off ends at once", async () => {
    using server = await startRawServer(() => undefined);
    const cut = new AbortController();
    const scraping = scraperOf(targetOf(server.address), patientMs).scrape(cut.signal);
    cut.abort();
    expect((await scraping).durationMs).toBeLessThan(patientMs / 2);
  });
});

/** Writes for as long as the other side reads. */
function pour(piece: string | Uint8Array): (socket: Socket) => void {
  return (socket) => {
    socket.once("data", () => {
      socket.write(`${head}\r\n`);
      const go = (): void => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.on("drain", go);
      go();
    });
  };
}

/** Writes a little every few milliseconds, so that only a limit on the whole ends it. */
function drip(socket: Socket): void {
  socket.once("data", () => socket.write(`${head}\r\n`));
  const timer = setInterval(() => socket.write("# still here\n"), 20);
  socket.on("close", () => clearInterval(timer));
}

const bomb = Bun.gzipSync(new Uint8Array(100_000_000));
const packed = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`;

describe("a target is down, with the reason in words, when it", () => {
  test.each<[string, (socket: Socket) => void, string]>([
    ["says nothing", () => undefined, "no answer within 300 ms"],
    ["answers drop by drop", drip, "no answer within 300 ms"],
    ["resets the connection", (socket) => void socket.once("data", () => socket.resetAndDestroy()), "the connection was closed before the answer was complete"],
    [
      "ends before its length",
      (socket) => void socket.once("data", () => socket.end(`${head}Content-Length: 100\r\n\r\na 1\n`)),
      "the connection was closed before the answer was complete",
    ],
    ["ends within a line", (socket) => void socket.once("data", () => socket.end(`${head}Connection: close\r\n\r\na 12`)), "line 1: cut off before its end"],
    ["is unwell", answerWith("HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n"), "status 503"],
    ["asks for a key", answerWith("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"), "status 401"],
    ["has nothing", answerWith("HTTP/1.1 204 None\r\n\r\n"), "status 204"],
    [
      "is a website",
      answerWith("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 2\r\n\r\nhi"),
      "content type text/html, where metrics are text/plain",
    ],
    ["names no type", answerWith("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\na 1\n"), "content type missing, where metrics are text/plain"],
    [
      "packs its answer",
      (socket) => void socket.once("data", () => void (socket.write(packed), socket.write(bomb))),
      "the answer is packed, which was not asked for",
    ],
    ["never ends", pour("# a\n".repeat(10_000)), "the answer is larger than 2097152 bytes"],
    ["never ends its first line", pour("a".repeat(65_536)), "the answer is larger than 2097152 bytes"],
    ["exposes nonsense", answerWith(`${head}Content-Length: 8\r\n\r\na{b="} 1`), "line 1: cut off before its end"],
  ])("%s", async (_, onConnection, words) => {
    using server = await startRawServer(onConnection);
    const scrape = await scrapeOnce(targetOf(server.address), words.startsWith("no answer") ? impatientMs : patientMs);
    expect(scrape).toMatchObject({ isUp: false, fault: words, sampleCount: 0 });
    expect(scrape.samples.map(({ labels, value }) => [labels["__name__"], value]).slice(0, 1)).toEqual([["up", 0]]);
    expect(scrape.durationMs).toBeLessThan(patientMs / 2);
  });

  test("writes other than UTF-8, is not there, or has a name that nobody knows", async () => {
    using server = startExposingServer(() => new Response(Buffer.from('a{b="\xff"} 1\n', "latin1"), { headers: { "Content-Type": "text/plain" } }));
    expect((await scrapeOnce(targetOf(server.address), patientMs)).fault).toBe("the answer is no UTF-8");
    expect((await scrapeOnce(targetOf("http://127.0.0.1:1"), patientMs)).fault).toBe("connection refused");
    expect((await scrapeOnce(targetOf("http://nowhere.invalid"), patientMs)).fault).toStartWith("the host name");
  });

  test("pours forth, and then it is cut off soon after the limit", async () => {
    const sockets: Socket[] = [];
    using server = await startRawServer((socket) => {
      sockets.push(socket);
      pour("# a\n".repeat(5_000))(socket);
    });
    for (let scrape = 0; scrape < 3; scrape++) expect((await scrapeOnce(targetOf(server.address), patientMs)).isUp).toBe(false);
    await waitUntil("the connections are closed", patientMs, () => sockets.every(({ destroyed }) => destroyed));
    expect(Math.max(...sockets.map(({ bytesWritten }) => bytesWritten))).toBeLessThan(20_000_000);
  });
});
