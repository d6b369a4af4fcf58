import { expect, test } from "bun:test";
import { createOtlpReceiver, type Delivery } from "./otlp-receiver.ts";

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);

/** What becomes of a body that is answered like this. */
async function deliver(answer: () => Response | Promise<Response>, signal = new AbortController().signal): Promise<Delivery> {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer });
  try {
    return await createOtlpReceiver({ endpoint: `http://127.0.0.1:${server.port}`, headers: {}, nowMs: () => nowMs }).send("{}", signal);
  } finally {
    await server.stop(true);
  }
}

test("what may be sent again is, after the seconds or until the date that the receiver names", async () => {
  const wait = async (status: number, retryAfter?: string): Promise<unknown> => {
    const delivery = await deliver(() => new Response("", { status, headers: retryAfter === undefined ? {} : { "Retry-After": retryAfter } }));
    return delivery.outcome === "retryable" ? delivery.afterMs : delivery.outcome;
  };
  expect(await wait(503, "7")).toBe(7_000);
  expect(await wait(429, "Fri, 02 Jan 2026 03:04:35 GMT")).toBe(30_000);
  expect(await wait(429, "Fri, 02 Jan 2026 03:04:00 GMT")).toBe(0);
  for (const text of [undefined, "soon", "-1", "9".repeat(20)]) expect(await wait(502, text)).toBe(null);
  for (const status of [400, 401, 404, 413, 500, 501]) expect(await wait(status, "1")).toBe("refused");
});

test("a redirect is not followed: a key must not reach a host that nobody named", async () => {
  expect(await deliver(() => Response.redirect("http://127.0.0.1:9/", 307))).toMatchObject({ outcome: "refused", reason: "status 307" });
});

test("an answer that says that some spans were refused is believed, one that cannot be read says nothing", async () => {
  const said = (body: string): Promise<Delivery> => deliver(() => new Response(body));
  expect(await said('{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}')).toEqual({ outcome: "taken", rejectedCount: 3, reason: "too old" });
  for (const body of ["", "{}", "null", "[", "\u0000", '{"partialSuccess":null}', '{"partialSuccess":{"rejectedSpans":"many","errorMessage":7}}'])
    expect(await said(body)).toEqual({ outcome: "taken", rejectedCount: 0, reason: "" });
});

test("an answer without end is cut off, and one that never comes ends with the signal", async () => {
  const endless = (): Response => new Response(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(65_536)) }), { status: 500 });
  expect((await deliver(endless)).outcome).toBe("refused");
  const stopping = new AbortController();
  const silent = (): Promise<Response> => {
    stopping.abort(new Error("no answer in time"));
    return Promise.withResolvers<Response>().promise;
  };
  expect(await deliver(silent, stopping.signal)).toEqual({ outcome: "retryable", afterMs: null, reason: "no answer in time" });
});
