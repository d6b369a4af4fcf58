import { expect, test } from "bun:test";
import { readConfig } from "../config.ts";
import { watchTargets } from "./watch-targets.ts";

const targetsOf = (environment: Record<string, string>) => watchTargets(readConfig(environment));

test("without settings the link service beside the desk is watched, with the key that it asks for", () => {
  expect(targetsOf({ PORT: "9000", AUTH_KEYS: "a-key-of-the-operator,another-one-of-them" })).toEqual([
    { baseUrl: "http://127.0.0.1:9000", job: "link-service", metricsPath: "/prom_metrics", logFile: null, canary: null, token: "a-key-of-the-operator" },
  ]);
  expect(targetsOf({ HOST: "0.0.0.0" })[0]?.baseUrl).toBe("http://127.0.0.1:8080");
  expect(targetsOf({ HOST: "::" })[0]?.baseUrl).toBe("http://[::1]:8080");
});

test("other programs have their name in front and their usual path, and are shown no key of ours", () => {
  const [link, alertmanager] = targetsOf({
    WATCH_TARGETS: "https://go.example, alertmanager+http://127.0.0.1:9093",
    WATCH_CANARY: "canary=https://example.org/",
    WATCH_KEY: "key",
    AUTH_KEYS: "a-key-of-the-operator",
  });
  expect(link).toMatchObject({ job: "link-service", token: "key", canary: { path: "/canary", location: "https://example.org/" } });
  expect(alertmanager).toMatchObject({ baseUrl: "http://127.0.0.1:9093", job: "alertmanager", metricsPath: "/metrics", token: null, canary: null });
  expect(targetsOf({ WATCH_TARGETS: "https://go.example", AUTH_KEYS: "a-key-of-the-operator" })[0]?.token).toBeNull();
});

test("what cannot be read is refused with a sentence", () => {
  expect(() => targetsOf({ WATCH_CANARY: "canary" })).toThrow("WATCH_CANARY must be");
  expect(() => targetsOf({ WATCH_TARGETS: "ftp://go.example" })).toThrow("WATCH_TARGETS");
});
