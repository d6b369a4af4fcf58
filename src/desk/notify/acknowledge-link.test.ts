import { expect, test } from "bun:test";
import fc from "fast-check";
import { makeAcknowledgeToken, readAcknowledgeToken } from "./acknowledge-link.ts";

const key = new Uint8Array(32).fill(7);
const link = { incidentId: 12, recipient: "ana+pager@srenity.example", expiresAtMs: 1_800_000_000_000 };
const token = makeAcknowledgeToken(link, key);

test("a token says again what it was made of, and fits into an address as it is", () => {
  expect(readAcknowledgeToken(token, key, link.expiresAtMs - 1)).toMatchObject({ outcome: "valid", link });
  expect(encodeURIComponent(token)).toBe(token);
});

test("a token whose time is over is expired", () => {
  expect(readAcknowledgeToken(token, key, link.expiresAtMs)).toEqual({ outcome: "expired" });
});

test("a token of another key, for another incident, recipient or time, or with any letter changed, is invalid", () => {
  expect(readAcknowledgeToken(token, new Uint8Array(32).fill(8), 0).outcome).toBe("invalid");
  const other = makeAcknowledgeToken({ ...link, incidentId: 13 }, key);
  const [first = "", ...rest] = other.split(".");
  expect(readAcknowledgeToken([first, ...token.split(".").slice(1)].join("."), key, 0).outcome).toBe("invalid");
  expect(rest.at(-1)).not.toBe(token.split(".").at(-1));
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom("a", "Z", "0", "-", ".", "é", ""), (at, letter) => {
      const changed = token.slice(0, at) + letter + token.slice(at + 1);
      if (changed !== token) expect(readAcknowledgeToken(changed, key, 0).outcome).toBe("invalid");
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => readAcknowledgeToken(text, key, 0).outcome === "invalid"));
});

test("two links never share the digest that stands for them", () => {
  const digests = [link, { ...link, incidentId: 13 }, { ...link, recipient: "b@srenity.example" }, { ...link, expiresAtMs: link.expiresAtMs + 1 }].map(
    (one) => {
      const read = readAcknowledgeToken(makeAcknowledgeToken(one, key), key, 0);
      return read.outcome === "valid" ? read.digest : "";
    },
  );
  expect(new Set(digests).size).toBe(4);
});
