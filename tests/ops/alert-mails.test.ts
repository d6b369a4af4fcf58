import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { amtool } from "../harness/amtool.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";

const template = join(import.meta.dir, "../../ops/alertmanager/mail.tmpl");

/** Data of a mail, as Alertmanager hands it to templates. */
function mailOf(status: "firing" | "resolved", alerts: { status: string; labels: Record<string, string>; annotations?: Record<string, string> }[]): string {
  const times = { startsAt: "2026-05-01T10:00:00+02:00", endsAt: "2026-05-01T11:00:00+02:00" };
  return JSON.stringify({
    receiver: "pages",
    status,
    externalURL: "http://127.0.0.1:9093",
    alerts: alerts.map((alert, index) => ({
      annotations: {},
      ...times,
      generatorURL: "http://127.0.0.1:9090/graph?g0.expr=up",
      fingerprint: `f${index}`,
      ...alert,
    })),
    groupLabels: {},
    commonLabels: alerts[0]?.labels ?? {},
    commonAnnotations: {},
  });
}

/** One part of a mail, rendered by amtool. */
function render(part: string, mail: string, type: "text" | "html" = "text"): string {
  using folder = temporaryFolder();
  const path = join(folder.path, "mail.json");
  writeFileSync(path, mail);
  return amtool(
    "template",
    "render",
    `--template.glob=${template}`,
    `--template.type=${type}`,
    `--template.data=${path}`,
    `--template.text={{ template "${part}" . }}`,
  ).trimEnd();
}

const down = {
  status: "firing",
  labels: { alertname: "LinkServiceDown", service: "link-service" },
  annotations: { summary: "The link service does not answer" },
};

test("subjects name the state, the alert and the number", () => {
  const other = { ...down, status: "resolved" };
  expect(render("mail.subject", mailOf("firing", [down]))).toBe("[FIRING] The link service does not answer");
  expect(render("mail.subject", mailOf("firing", [other, down]))).toBe("[FIRING] The link service does not answer");
  expect(render("mail.subject", mailOf("firing", [down, down, down]))).toBe("[FIRING:3] The link service does not answer and 2 more");
  expect(render("mail.subject", mailOf("resolved", [other]))).toBe("[RESOLVED] The link service does not answer");
  expect(render("mail.subject", mailOf("firing", [{ status: "firing", labels: { alertname: "Foreign" } }]))).toBe("[FIRING] Foreign");
});

test("mails give times in UTC, escape what is not theirs, and leave out what an alert does not say", () => {
  const hostile = { ...down, annotations: { summary: `<script>alert("x")</script>`, runbook_url: "javascript:alert(1)" } };
  const html = render("mail.html", mailOf("firing", [hostile]), "html");
  expect(html).toContain("Firing since 2026-05-01 08:00:00 UTC");
  expect(html).not.toContain("<script>");
  expect(html).not.toContain("javascript:");
  expect(html).not.toContain("Users feel");
  expect(render("mail.text", mailOf("resolved", [{ ...down, status: "resolved" }]))).toContain("From 2026-05-01 08:00:00 UTC to 2026-05-01 09:00:00 UTC");
});

test("the command that silences can be pasted, whatever a label holds", () => {
  const value = `it's "so" $(touch x) \\ `;
  const text = render("mail.text", mailOf("firing", [{ ...down, labels: { alertname: "LinkServiceDown", path: value } }]));
  const command = /^ {2}amtool (silence add .*)$/m.exec(text)?.[1] ?? "";
  const { stdout } = Bun.spawnSync(["sh", "-c", `printf '%s\\n' ${command}`]);
  expect(stdout.toString().trimEnd().split("\n")).toEqual([
    "silence",
    "add",
    "--alertmanager.url=http://127.0.0.1:9093",
    "--duration=2h",
    "--comment=known",
    'alertname="LinkServiceDown"',
    `path=${JSON.stringify(value)}`,
  ]);
});

test("mails ask for no fonts, images or scripts, and set no colour that a dark background would swallow", () => {
  for (const status of ["firing", "resolved"] as const) {
    const html = render("mail.html", mailOf(status, [{ ...down, status }]), "html");
    expect(html).not.toMatch(/<img|<script|<link|@import|url\(|background|[; "]color:/);
    expect(html).toContain('name="color-scheme" content="light dark"');
  }
});
