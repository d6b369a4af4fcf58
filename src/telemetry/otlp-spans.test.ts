import { expect, test } from "bun:test";
import { encodeBatch, encodeSpans } from "./otlp-spans.ts";
import type { RequestFacts } from "./signals.ts";

interface Span {
  name: string;
  kind: number;
  flags: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: object }[];
  status: object;
}

const nowMs = 1_700_000_000_123;
const facts: RequestFacts = {
  method: "GET",
  route: "/urls/:id",
  path: "/urls/7",
  status: 200,
  durationMs: 2.5,
  bytes: 10,
  requestId: "r1",
  trace: { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7", parentSpanId: null, isSampled: true, storeCalls: null },
  clientAddress: null,
  userAgent: null,
};

function spansOf(more: Partial<RequestFacts>): Span[] {
  return encodeSpans({ facts: { ...facts, ...more }, redirect: null, nowMs, monotonicMs: 1_000 }).map((text) => JSON.parse(text) as Span);
}

const shown = ({ attributes }: Span): Record<string, object> => Object.fromEntries(attributes.map(({ key, value }) => [key, value]));

test("a span begins as long before its answer as the request took, to the microsecond", () => {
  const [span] = spansOf({});
  expect([span?.startTimeUnixNano, span?.endTimeUnixNano]).toEqual(["1700000000120500000", "1700000000123000000"]);
});

test("only a fault of ours is an error; a method nobody knows gets no name of its own", () => {
  expect(spansOf({ status: 404, errorCode: "url_not_found" })[0]?.status).toEqual({});
  const [failed] = spansOf({ status: 503, errorCode: "store_busy", method: "BREW", route: "unmatched" });
  expect([failed?.status, failed?.name]).toEqual([{ code: 2 }, "HTTP"]);
  expect(shown(failed as Span)).toMatchObject({
    "http.request.method": { stringValue: "_OTHER" },
    "http.request.method_original": { stringValue: "BREW" },
    "error.type": { stringValue: "store_busy" },
  });
  expect(shown(failed as Span)).not.toHaveProperty(["http.route"]);
});

test("what a client sends is cut to length and stays one text in the JSON", () => {
  const userAgent = `"\\\n\u2028\ud800${"x".repeat(10_000)}`;
  const batch = encodeBatch(encodeSpans({ facts: { ...facts, userAgent }, redirect: null, nowMs, monotonicMs: 0 }), { "service.name": 'a"b' }, "1");
  const { resourceSpans } = JSON.parse(batch) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
  const agent = shown(resourceSpans[0]?.scopeSpans[0]?.spans[0] as Span)["user_agent.original"] as { stringValue: string };
  expect(agent.stringValue.length).toBe(1_024);
});

test("a call of the store that is still running ends with its request, and none is outside of it", () => {
  const storeCalls = [
    { operation: "links.get", startedMs: 998, endedMs: Number.NaN, hasFailed: false },
    { operation: "links.find", startedMs: 0, endedMs: 999, hasFailed: true },
  ];
  const [, running, failed] = spansOf({ trace: { ...facts.trace, storeCalls } });
  expect([running?.name, running?.startTimeUnixNano, running?.endTimeUnixNano]).toEqual(["store links.get", "1700000000121000000", "1700000000123000000"]);
  expect([failed?.startTimeUnixNano, failed?.endTimeUnixNano, failed?.status]).toEqual(["1700000000120500000", "1700000000122000000", { code: 2 }]);
});
