import { expect, test } from "bun:test";
import { createCountryOf } from "./country.ts";
import { describeVisitor, isBotAgent, keptAddress } from "./visitor.ts";

const safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1";

test("an address is kept truncated: IPv4 to /24, IPv6 to /48", () => {
  const kept: Record<string, string | null> = {
    "192.0.2.77": "192.0.2.0",
    "::ffff:192.0.2.77": "192.0.2.0",
    "2001:db8:1:2:3:4:5:6": "2001:db8:1::",
    "2001:db8::5": "2001:db8:0::",
    "::1": "0:0:0::",
    "fe80::1%eth0": "fe80:0:0::",
    nonsense: null,
  };
  for (const [address, expected] of Object.entries(kept)) expect([address, keptAddress(address, "truncated")]).toEqual([address, expected]);
  expect(keptAddress("192.0.2.77", "full")).toBe("192.0.2.77");
  expect(keptAddress("192.0.2.77", "none")).toBeNull();
  expect(keptAddress(null, "full")).toBeNull();
});

test("known bots are told from people", () => {
  expect(isBotAgent("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")).toBe(true);
  expect(isBotAgent(safari)).toBe(false);
  expect(isBotAgent(null)).toBe(false);
});

test("a click is described by where it came from, what it was made with and from which country", () => {
  const describeClick = describeVisitor(createCountryOf());
  expect(describeClick({ referrer: "https://news.example/a?secret=1", userAgent: safari, clientAddress: "8.8.8.0" })).toEqual({
    referrer: "news.example",
    browser: "Safari",
    system: "iOS",
    device: "mobile",
    country: "US",
  });
  expect(describeClick({ referrer: null, userAgent: null, clientAddress: "10.0.0.0" })).toEqual({
    referrer: "direct",
    browser: "unknown",
    system: "unknown",
    device: "unknown",
    country: "unknown",
  });
  expect(describeClick({ referrer: "no address", userAgent: "x", clientAddress: null }).referrer).toBe("unknown");
});
