import { expect, test } from "bun:test";
import fc from "fast-check";
import { createRandomIds } from "./random-ids.ts";
import { continueTrace, formatTraceparent, requestIdOf } from "./trace.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";

test("a valid traceparent is continued under a span of our own", () => {
  const trace = continueTrace(`00-${traceId}-${spanId}-01`);
  expect(trace).toMatchObject({ traceId, parentSpanId: spanId, isSampled: true });
  expect(trace.spanId).toMatch(/^[0-9a-f]{16}$/);
  expect(trace.spanId).not.toBe(spanId);
  expect(formatTraceparent(trace)).toBe(`00-${traceId}-${trace.spanId}-01`);
  expect(continueTrace(`00-${traceId}-${spanId}-02`).isSampled).toBe(false);
});

test("a later version is read as far as it is known", () => {
  expect(continueTrace(`cc-${traceId}-${spanId}-01`).traceId).toBe(traceId);
  expect(continueTrace(`cc-${traceId}-${spanId}-01-what-comes`).traceId).toBe(traceId);
});

test("a bad traceparent starts a new trace", () => {
  const bad = [
    "",
    "00",
    `ff-${traceId}-${spanId}-01`,
    `00-${"0".repeat(32)}-${spanId}-01`,
    `00-${traceId}-${"0".repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${traceId}-${spanId}-01-`,
    `00-${traceId}-${spanId}-0`,
    `00-${traceId}-${spanId}-1g`,
    `00-${traceId}-${spanId}-01\n`,
    ` 00-${traceId}-${spanId}-01`,
    `cc-${traceId}-${spanId}-01x`,
    `00_${traceId}_${spanId}_01`,
  ];
  for (const header of bad) {
    const trace = continueTrace(header);
    expect(trace.traceId).not.toBe(traceId);
    expect(trace).toMatchObject({ parentSpanId: null, isSampled: false });
  }
});

test("whatever the header says, the context is valid and is continued by the next service", () => {
  const nearly = fc.tuple(
    fc.constantFrom("00", "01", "ff", "0"),
    fc.stringMatching(/^[0-9a-fA-F]{31,33}$/),
    fc.stringMatching(/^[0-9a-f]{15,17}$/),
    fc.stringMatching(/^[0-9a-f]{1,3}$/),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        nearly.map((parts) => parts.join("-")),
      ),
      (header) => {
        const trace = continueTrace(header);
        expect(trace.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
        expect(trace.spanId).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
        expect(continueTrace(formatTraceparent(trace))).toMatchObject({ traceId: trace.traceId, parentSpanId: trace.spanId });
      },
    ),
  );
});

test("new ids do not repeat, across refills of the random pool", () => {
  const seen = new Set<string>();
  for (let i = 0; i < 20_000; i++) {
    const trace = continueTrace(null);
    seen.add(trace.traceId).add(trace.spanId);
  }
  expect(seen.size).toBe(40_000);
});

test("an id of zeros is drawn again", () => {
  let byte = 0;
  const ids = createRandomIds((bytes) => bytes.fill(byte++));
  expect(ids.hex(16)).toBe("01".repeat(8));
});

test("a valid request id is echoed; anything else is replaced, by the id of the trace where the trace begins here", () => {
  const begun = continueTrace(null);
  const continued = continueTrace(`00-${traceId}-${spanId}-01`);
  for (const id of ["a", "req-1._:@/+=", "x".repeat(128)]) expect(requestIdOf(id, begun)).toBe(id);
  for (const id of [null, "", "x".repeat(129), "a b", 'a"b', "ä", "a\n", "<script>"]) {
    expect(requestIdOf(id, begun)).toBe(begun.traceId);
    expect(requestIdOf(id, continued)).toMatch(/^[0-9a-f]{32}$/);
    expect(requestIdOf(id, continued)).not.toBe(traceId);
  }
});
