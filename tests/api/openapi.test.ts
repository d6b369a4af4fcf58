import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import Ajv2020 from "ajv/dist/2020";
import type { Answer } from "../harness/send.ts";
import { hookTimeoutMs, type Service, startService } from "../harness/start-service.ts";

interface Described {
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
  parameters?: { name: string; in: string }[];
  requestBody?: unknown;
}

let service: Service;
let document: any;
beforeAll(async () => {
  service = await startService();
  document = (await service.send("GET", "/openapi.json")).json;
}, hookTimeoutMs);
afterAll(async () => {
  expect(await service.stop()).toBe(0);
}, hookTimeoutMs);

const csv = (body: string): object => ({ body, headers: { "Content-Type": "text/csv" } });
const user = { username: "driven", email: "driven@example.com" };
const link = {
  user_id: 1,
  original_url: "https://example.com/driven",
  short_code: "driven",
  tags: ["a"],
  expires_at: "2099-01-01T00:00:00",
  max_clicks: 100,
  title: null,
};

/** Every documented operation with requests to drive it: path, options and the status to expect, in an order that works. */
const drives: Record<string, [path: string, options: object, status: number][]> = {
  "post /users": [
    ["/users", { body: user }, 201],
    ["/users", { body: user }, 409],
    ["/users", { body: {} }, 400],
    ["/users", { body: { username: 1, email: 2 } }, 422],
    ["/users", { body: "x", headers: { "Content-Type": "text/plain" } }, 415],
    ["/users", { body: `"${"x".repeat(1_000_001)}"` }, 413],
  ],
  "get /users": [
    ["/users", {}, 200],
    ["/users?page=x", {}, 400],
  ],
  "get /users/{id}": [
    ["/users/1", {}, 200],
    ["/users/999", {}, 404],
  ],
  "put /users/{id}": [
    ["/users/1", { body: { username: "driven2" } }, 200],
    ["/users/999", { body: {} }, 404],
  ],
  "patch /users/{id}": [
    ["/users/1", { body: {} }, 200],
    ["/users/1", { body: { email: 1 } }, 422],
  ],
  "post /users/bulk": [
    ["/users/bulk", csv("id,username,email\n50,bulk,bulk@example.com\n51,,x\n"), 201],
    ["/users/bulk", csv("nothing\n1\n"), 400],
  ],
  "post /urls": [
    ["/urls", { body: link }, 201],
    ["/urls", { body: { user_id: 1, original_url: "https://example.com/plain" } }, 201],
    ["/urls", { body: { user_id: 1, original_url: "https://example.com/plain" } }, 200],
    ["/urls", { body: link }, 409],
    ["/urls", { body: { ...link, user_id: 999 } }, 404],
    ["/urls", { body: { ...link, original_url: "x" } }, 422],
  ],
  "post /urls/bulk": [
    ["/urls/bulk", { body: { urls: [{ user_id: 1, original_url: "https://example.com/bulk" }, {}] } }, 201],
    ["/urls/bulk", csv("user_id,short_code,original_url\n1,bulkcsv,https://example.com/csv\n"), 201],
    ["/urls/bulk", { body: "[]" }, 400],
  ],
  "get /urls": [
    ["/urls?is_active=true&tag=a&q=driven", {}, 200],
    ["/urls?user_id=x", {}, 400],
  ],
  "get /urls/{id}": [
    ["/urls/1", {}, 200],
    ["/urls/999", {}, 404],
  ],
  "put /urls/{id}": [["/urls/1", { body: { title: "Driven" } }, 200]],
  "patch /urls/{id}": [
    ["/urls/1", { body: { is_active: true } }, 200],
    ["/urls/1", { body: { is_active: null } }, 422],
  ],
  "get /{code}": [
    ["/driven", {}, 302],
    ["/nothing", {}, 404],
  ],
  "get /r/{code}": [["/r/driven", {}, 302]],
  "get /s/{code}": [["/s/driven", {}, 302]],
  "get /urls/{code}/redirect": [["/urls/driven/redirect", {}, 302]],
  "get /urls/{id}/stats": [
    ["/urls/1/stats?interval=hour", {}, 200],
    ["/urls/999/stats", {}, 404],
    ["/urls/1/stats?interval=x", {}, 400],
  ],
  "get /urls/{id}/qr": [
    ["/urls/1/qr", {}, 200],
    ["/urls/1/qr?format=png", {}, 200],
    ["/urls/1/qr", { headers: { "If-None-Match": "*" } }, 304],
    ["/urls/1/qr?size=1", {}, 400],
  ],
  "post /events": [
    ["/events", { body: { event_type: "driven", url_id: 1, user_id: 1, details: { a: [1] } } }, 201],
    ["/events", { body: { event_type: "driven", url_id: 999, user_id: 1 } }, 404],
    ["/events", { body: { event_type: "driven", url_id: 1, user_id: 1, details: [] } }, 422],
  ],
  "get /events": [
    ["/events?per_page=1000", {}, 200],
    ["/events?from=x", {}, 400],
  ],
  "get /events/{id}": [
    ["/events/1", {}, 200],
    ["/events/999999", {}, 404],
  ],
  "get /health": [["/health", {}, 200]],
  "get /ready": [["/ready", {}, 200]],
  "get /metrics": [
    ["/metrics", {}, 200],
    ["/metrics", { headers: { Accept: "text/plain" } }, 200],
  ],
  "get /prom_metrics": [["/prom_metrics", {}, 200]],
  "get /openapi.json": [["/openapi.json", {}, 200]],
  "delete /urls/{id}": [
    ["/urls/1", {}, 204],
    ["/urls/1", {}, 404],
  ],
  "delete /users/{id}": [
    ["/users/1", {}, 204],
    ["/users/1", {}, 404],
  ],
};

const described = (): Record<string, Described> =>
  Object.fromEntries(
    Object.entries(document.paths as Record<string, Record<string, Described>>).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [`${method} ${path}`, operation]),
    ),
  );

/** Why an answer is not as described; null when it is. */
function faultOf(operation: Described, answer: Answer, ajv: Ajv2020): string | null {
  const response = operation.responses[String(answer.status)];
  if (!response) return `status ${answer.status} is not described`;
  const mediaType = answer.headers.get("content-type")?.split(";")[0] ?? null;
  if (!response.content) return answer.text === "" ? null : `status ${answer.status} has a body that is not described`;
  const content = mediaType === null ? undefined : response.content[mediaType];
  if (!content) return `media type ${mediaType} of status ${answer.status} is not described`;
  if (answer.json === null) return null;
  const validate = ajv.compile({ ...content.schema, components: document.components });
  return validate(answer.json) ? null : ajv.errorsText(validate.errors);
}

describe("the OpenAPI document", () => {
  test("is OpenAPI 3.1 and describes exactly the operations that are driven here", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(described()).toSorted()).toEqual(Object.keys(drives).toSorted());
  });

  test("refers only to schemas it has", () => {
    for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(document.components.schemas).toHaveProperty(name as string);
  });

  test("describes every failure as a problem, and the path parameters of every template", () => {
    for (const [name, operation] of Object.entries(described())) {
      for (const [status, response] of Object.entries(operation.responses)) {
        if (Number(status) >= 400) expect([name, status, Object.keys(response.content ?? {})]).toEqual([name, status, ["application/problem+json"]]);
      }
      const named = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter as string);
      expect([name, operation.parameters?.filter((parameter) => parameter.in === "path").map((parameter) => parameter.name) ?? []]).toEqual([name, named]);
    }
  });

  test("matches what every operation answers", async () => {
    const operations = described();
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    for (const [name, requests] of Object.entries(drives)) {
      for (const [path, options, status] of requests) {
        const answer = await service.send((name.split(" ")[0] as string).toUpperCase(), path, options);
        expect([name, path, answer.status, answer.text.slice(0, 200)]).toEqual([name, path, status, answer.text.slice(0, 200)]);
        expect([name, path, status, faultOf(operations[name] as Described, answer, ajv)]).toEqual([name, path, status, null]);
      }
    }
  });
});
