import { expect, test } from "bun:test";
import fc from "fast-check";
import { destinationLengthMost, parseDestination } from "./destination.ts";

const own = new Set(["go.example", "127.0.0.1:8080"]);
const outcomeOf = (text: string) => parseDestination(text, own).outcome;

test("only an absolute http or https address with a host is a destination", () => {
  const refusedTexts = [
    "",
    "example.com",
    "//example.com/a",
    "/a",
    "ftp://example.com",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://",
    "https:///a",
    "http:example.com",
    "http://user@example.com",
    "http://user:secret@example.com",
    "http://@example.com",
    "http://exa mple.com",
    "http://example.com/a b",
    " http://example.com",
    "http://example.com\n",
    "http://example.com\\@evil.example",
    "https://example.com:99999",
    "http://[::1",
    `https://example.com/${"a".repeat(destinationLengthMost)}`,
  ];
  for (const text of refusedTexts) expect([text, outcomeOf(text)]).toEqual([text, "refused"]);
  for (const text of [
    "http://example.com",
    "HTTPS://Example.com:443/A?b=C#d",
    "http://127.0.0.1:9000/x",
    "http://[::1]:80/",
    "https://bücher.example/straße",
    "https://example.com/%20",
  ]) {
    expect([text, outcomeOf(text)]).toEqual([text, "ok"]);
  }
});

test("our own short links are refused, our other pages and other hosts are not", () => {
  for (const text of ["https://go.example/abc123", "https://GO.example/r/abc", "http://127.0.0.1:8080/urls/abc/redirect", "https://go.example:443/abc123?x=1"])
    expect([text, outcomeOf(text)]).toEqual([text, "refused"]);
  for (const text of ["https://go.example/docs", "https://go.example/", "http://127.0.0.1:8081/abc123", "https://other.example/abc123"])
    expect([text, outcomeOf(text)]).toEqual([text, "ok"]);
});

test("normalising lowers scheme and host, drops default port and empty fragment, and leaves the rest", () => {
  const normalized: Record<string, string> = {
    "HTTP://Example.COM": "http://example.com/",
    "https://example.com:443/A/../b?Q=1#": "https://example.com/A/../b?Q=1",
    "http://example.com:80?x=%7E": "http://example.com/?x=%7E",
    "https://example.com:8443/#top": "https://example.com:8443/#top",
  };
  for (const [text, expected] of Object.entries(normalized))
    expect(parseDestination(text, null)).toEqual({ outcome: "ok", url: text, normalizedUrl: expected });
});

test("normalising twice is normalising once, and goes to the same place", () => {
  fc.assert(
    fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (text) => {
      const once = parseDestination(text, null);
      if (once.outcome !== "ok") throw new Error(once.reason);
      expect(parseDestination(once.normalizedUrl, null)).toMatchObject({ normalizedUrl: once.normalizedUrl });
      expect(new URL(once.normalizedUrl).href.replace(/#$/, "")).toBe(new URL(text).href.replace(/#$/, ""));
    }),
  );
});
