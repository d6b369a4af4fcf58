import { afterAll, describe, expect, test } from "bun:test";
import { send } from "../../tests/harness/send.ts";
import { readAddresses } from "../generate/addresses.ts";
import { createAlertInbox } from "./alert-inbox.ts";
import type { ReceivedMail } from "./mail-sink.ts";
import { startDesk } from "./start-desk.ts";

const hostile = `<script>document.title = "run"</script><form action="https://example.org"></form>`;
const mail = (subject: string): ReceivedMail => ({
  subject,
  from: "srenity@localhost",
  to: ["oncall@localhost"],
  text: `text of ${hostile}`,
  html: `<p style="color:red">Red</p>${hostile}`,
  headers: {},
  receivedAtMs: 1_000,
  raw: `Subject: ${subject}`,
});
const mails = [mail("[FIRING] First"), mail(`[RESOLVED] ${hostile}`)];
const inbox = createAlertInbox(() => 5_000);
const desk = startDesk({
  port: 0,
  inbox,
  mails: () => mails,
  present: () => ({ addresses: readAddresses(), service: { pid: 1, diedAtMs: null }, deadPrograms: [], traffic: null }),
  nowMs: () => 5_000,
});
afterAll(() => desk.stop());

const get = (path: string) => send(`${desk.address}${path}`, "GET");
const webhook = (alertname: string) => ({ version: "4", status: "firing", receiver: "desk", alerts: [{ labels: { alertname } }] });
const post = (body: unknown) => send(`${desk.address}/webhooks/alertmanager`, "POST", { body });

describe("the pages", () => {
  test("list mails with the newest first, and let nothing in them run", async () => {
    const { text, headers } = await get("/");
    expect(text.indexOf("[RESOLVED]")).toBeLessThan(text.indexOf("[FIRING] First"));
    expect(text).not.toContain("<script");
    expect(headers.get("content-security-policy")).toStartWith("default-src 'none'; style-src 'self';");
    const paths = [...text.matchAll(/\/mails\/[0-9a-f]{16}/g)].map(([path]) => path);
    expect(new Set(paths).size).toBe(2);
    const page = await get(paths[0]!);
    expect(page.text).not.toContain("<script");
    expect(page.text).toContain("text of &lt;script&gt;");
    expect(page.text).toContain(`sandbox="allow-popups`);
    const alone = await get(`${paths[0]}/html`);
    expect(alone.text).toContain("<script>");
    const policy = alone.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; .*form-action 'none'.*; sandbox [a-z -]+$/);
    expect(policy).not.toMatch(/allow-scripts|allow-forms|allow-same-origin/);
    expect((await get(`${paths[0]}/raw`)).headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  test("show the runbook of an alert, under its file name too, and no other file", async () => {
    expect((await get("/runbooks/LinkServiceDown")).text).toContain("Diagnosis</h2>");
    expect((await get("/runbooks/LinkServiceDown.md")).status).toBe(200);
    for (const path of ["/runbooks/Nothing", "/runbooks/..%2f..%2fpackage", "/runbooks/%2e%2e%2falertmanager"]) expect((await get(path)).status).toBe(404);
  });
});

describe("webhooks", () => {
  test("are taken in version 4 only, and the newest hundred are kept", async () => {
    for (let number = 0; number < 105; number++) expect((await post(webhook(`Alert${number}`))).status).toBe(200);
    for (const body of [{ ...webhook("Old"), version: "3" }, { version: "4" }, [], "no json", { ...webhook("Odd"), alerts: {} }])
      expect((await post(body)).status).toBe(400);
    const { json } = await get("/webhooks/alertmanager");
    expect(json).toHaveLength(100);
    expect(json[0]).toEqual({ receivedAtMs: 5_000, status: "firing", receiver: "desk", alertNames: ["Alert104"], alertCount: 1 });
  });

  test("that are too large are refused", async () => {
    expect((await post({ ...webhook("Large"), padding: "x".repeat(5_000_000) })).status).toBe(413);
  });

  test("of the watchdog are remembered by their time", async () => {
    expect((await get("/heartbeats/watchdog")).json).toEqual({ at_ms: null });
    await send(`${desk.address}/heartbeats/watchdog`, "POST", { body: webhook("Watchdog") });
    expect((await get("/heartbeats/watchdog")).json).toEqual({ at_ms: 5_000 });
  });
});
