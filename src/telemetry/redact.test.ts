import { expect, test } from "bun:test";
import fc from "fast-check";
import { redactFields, redactUrl } from "./redact.ts";

test("a URL keeps scheme, host and path, and loses query, fragment and credentials", () => {
  expect(redactUrl("https://shop.example/order/7?token=s3cret&x=1#top")).toBe("https://shop.example/order/7?…");
  expect(redactUrl("https://shop.example/order#s3cret")).toBe("https://shop.example/order");
  expect(redactUrl("smtp://user:s3cret@mail.example:25/")).toBe("smtp://mail.example:25/");
  expect(redactUrl("/abc?utm=1")).toBe("/abc?…");
  expect(redactUrl("https://shop.example/")).toBe("https://shop.example/");
});

test("no secret is found in what is logged", () => {
  const error = new Error("fetch of https://a.example/p?key=s3cret failed", { cause: new Error("redis://:s3cret@cache.example refused") });
  const shown = redactFields({
    headers: { Authorization: "Bearer s3cret", cookie: "s3cret", "set-cookie": ["s3cret"], "x-api-key": "s3cret", accept: "text/html" },
    api_key: "s3cret",
    password: "s3cret",
    tokens: ["s3cret"],
    target: "https://a.example/p?s3cret",
    list: [{ url: "https://u:s3cret@a.example/p" }],
    error,
  });
  expect(JSON.stringify(shown)).not.toContain("s3cret");
  expect(shown).toMatchObject({
    headers: { accept: "text/html" },
    target: "https://a.example/p?…",
    error: { type: "Error", message: "fetch of https://a.example/p?… failed" },
  });
});

test("circular, deep, large and odd fields become JSON of bounded size", () => {
  const circle: Record<string, unknown> = { big: 1n, when: new Date(0), text: "x".repeat(100_000), many: Array.from({ length: 10_000 }, () => 1) };
  circle["self"] = circle;
  const text = JSON.stringify(redactFields(circle));
  expect(text.length).toBeLessThan(200_000);
  fc.assert(
    fc.property(fc.object(), (fields) => {
      JSON.stringify(redactFields(fields));
    }),
  );
});
