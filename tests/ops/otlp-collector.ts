import Ajv from "ajv";

/** A span as OTLP/JSON writes it. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { stringValue?: string; intValue?: string } }[];
  status: { code?: number };
}

/** The receiving end of OTLP/HTTP. */
export interface OtlpCollector extends AsyncDisposable {
  readonly address: string;
  /** Spans of the requests that were taken, in the order of arrival. */
  readonly spans: readonly ReceivedSpan[];
  /** Requests so far, taken or not: when they came, and their headers. */
  readonly requests: readonly { atMs: number; path: string; headers: Headers }[];
  /** What is wrong with the bodies by the protocol's JSON. */
  readonly faults: readonly string[];
}

const hex = (digits: number): object => ({ type: "string", pattern: `^(?!0+$)[0-9a-f]{${digits}}$` });
const nanoseconds = { type: "string", pattern: "^\\d{19}$" };
const closed = (properties: Record<string, object>, optional: string[] = []): object => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
const list = (items: object): object => ({ type: "array", items, minItems: 1 });
const text = { type: "string", minLength: 1 };
const value = { oneOf: [closed({ stringValue: { type: "string" } }), closed({ intValue: { type: "string", pattern: "^-?\\d+$" } })] };
const attributes = { type: "array", items: closed({ key: text, value }) };

/** ExportTraceServiceRequest of opentelemetry-proto 1.x, as far as its JSON mapping lets a sender choose: ids in hex, 64-bit numbers as texts, enums as numbers. */
const span = closed(
  {
    traceId: hex(32),
    spanId: hex(16),
    parentSpanId: hex(16),
    flags: { type: "integer", minimum: 0, maximum: 1_023 },
    name: text,
    kind: { enum: [1, 2, 3, 4, 5] },
    startTimeUnixNano: nanoseconds,
    endTimeUnixNano: nanoseconds,
    attributes,
    status: closed({ code: { enum: [1, 2] } }, ["code"]),
  },
  ["parentSpanId"],
);
const scopeSpans = closed({ scope: closed({ name: text, version: text }), spans: list(span) });
const isExport = new Ajv().compile(closed({ resourceSpans: list(closed({ resource: closed({ attributes }), scopeSpans: list(scopeSpans) })) }));

/**
 * Starts a receiver on loopback.
 *
 * @param answer the answer to a request, counted from 0; a status of 200 takes its spans
 */
export function startOtlpCollector(answer: (request: number) => Response | Promise<Response> = () => Response.json({ partialSuccess: {} })): OtlpCollector {
  const spans: ReceivedSpan[] = [];
  const requests: { atMs: number; path: string; headers: Headers }[] = [];
  const faults: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const number = requests.push({ atMs: performance.now(), path: new URL(request.url).pathname, headers: request.headers }) - 1;
      const body = (await request.json()) as { resourceSpans: { scopeSpans: { spans: ReceivedSpan[] }[] }[] };
      if (!isExport(body)) faults.push(JSON.stringify(isExport.errors));
      const answered = await answer(number);
      if (answered.status === 200) spans.push(...body.resourceSpans.flatMap((resource) => resource.scopeSpans.flatMap((scope) => scope.spans)));
      return answered;
    },
  });
  return { address: `http://127.0.0.1:${server.port}`, spans, requests, faults, [Symbol.asyncDispose]: () => server.stop(true) };
}

/** An attribute of a span; undefined when it has none of that name. */
export function attributeOf({ attributes: all }: ReceivedSpan, key: string): string | undefined {
  const found = all.find((attribute) => attribute.key === key)?.value;
  return found?.stringValue ?? found?.intValue;
}
