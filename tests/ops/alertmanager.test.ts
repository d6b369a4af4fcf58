import { expect, test } from "bun:test";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { parse } from "yaml";
import { type Addresses, readAddresses } from "../../scripts/generate/addresses.ts";
import { alertmanagerConfig } from "../../scripts/generate/alertmanager-config.ts";
import { startMonitoringProgram } from "../../scripts/observe/monitoring-program.ts";
import { allAlerts } from "../../src/alerting/rules.ts";
import { realTime, timeScale } from "../../src/alerting/time-scale.ts";
import { amtool } from "../harness/amtool.ts";
import { freePorts } from "../harness/free-ports.ts";
import { send } from "../harness/send.ts";
import { fastTime } from "../harness/signal-chain.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { startWebhookReceiver } from "../harness/webhook-receiver.ts";

const template = join(import.meta.dir, "../../ops/alertmanager/mail.tmpl");
const addresses = readAddresses();
const guarded: Addresses = { ...addresses, mailServer: "mail.example.com:587", mailUser: "alerts", isDeskGuarded: true };
/** How long a test may take that runs amtool for every alert, or Alertmanager itself, in milliseconds. */
const manyRunsTimeoutMs = 60_000;
const stepMostMs = 20_000;

/** Writes a configuration with its template into a folder; its path. */
function writeConfig(folder: string, text: string): string {
  copyFileSync(template, join(folder, "mail.tmpl"));
  const path = join(folder, "alertmanager.yml");
  writeFileSync(path, text);
  return path;
}

test("Alertmanager accepts the configuration at the default and at shortened times, and with secrets", () => {
  using folder = temporaryFolder();
  for (const [of, scale] of [
    [addresses, realTime],
    [addresses, timeScale(1 / 600, 1)],
    [guarded, realTime],
  ] as const)
    expect(amtool("check-config", writeConfig(folder.path, alertmanagerConfig(of, scale)))).toContain("SUCCESS");
});

test(
  "every alert goes exactly where its severity says, and one of a severity nobody knows is not lost",
  () => {
    using folder = temporaryFolder();
    const path = writeConfig(folder.path, alertmanagerConfig(addresses));
    const receiversOf = (labels: Record<string, string>): string =>
      amtool("config", "routes", "test", `--config.file=${path}`, ...Object.entries(labels).map(([name, value]) => `${name}=${value}`)).trim();
    const expected = { page: "desk,pages", ticket: "desk,tickets", heartbeat: "heartbeat" };
    const alerts = allAlerts();
    expect(alerts.length).toBeGreaterThan(20);
    for (const { name, severity, service, slo } of alerts) {
      const receivers = receiversOf({ alertname: name, severity, service, ...(slo ? { slo } : {}) });
      expect({ name, severity, receivers }).toEqual({ name, severity, receivers: expected[severity] });
    }
    expect(receiversOf({ alertname: "Foreign", severity: "warning" })).toBe("desk,tickets");
    expect(receiversOf({ alertname: "Foreign" })).toBe("desk,tickets");
  },
  manyRunsTimeoutMs,
);

interface Route {
  receiver: string;
  group_wait: string;
  group_interval: string;
  routes: Route[];
}

interface Config {
  route: Route;
  inhibit_rules: { source_matchers: string[]; target_matchers: string[]; equal: string[] }[];
}

test("inhibition speaks only of alerts, severities and services that exist, and each rule has both sides", () => {
  const alerts = allAlerts();
  const known: Record<string, Set<string | undefined>> = {
    alertname: new Set(alerts.map(({ name }) => name)),
    severity: new Set(alerts.map(({ severity }) => severity)),
    service: new Set(alerts.map(({ service }) => service)),
    slo: new Set(["", ...alerts.map(({ slo }) => slo)]),
  };
  const { inhibit_rules: rules } = parse(alertmanagerConfig(addresses)) as Config;
  expect(rules.length).toBe(3);
  for (const { source_matchers: sources, target_matchers: targets, equal } of rules) {
    for (const matchers of [sources, targets]) {
      const read = matchers.map((matcher) => /^(\w+)(!?=)"(.*)"$/.exec(matcher) ?? []);
      for (const [, label = "", , value = ""] of read) expect({ label, isKnown: known[label]?.has(value) }).toEqual({ label, isKnown: true });
      const matching = alerts.filter((alert) => {
        const labels: Record<string, string> = { alertname: alert.name, severity: alert.severity, service: alert.service, slo: alert.slo ?? "" };
        return read.every(([, label = "", operator, value]) => (labels[label] === value) === (operator === "="));
      });
      expect(matching).not.toEqual([]);
    }
    expect(equal.every((label) => label in known)).toBe(true);
  }
});

test("from the fault to the mail about a dead service the default times add up to less than a minute", () => {
  const { route } = parse(alertmanagerConfig(addresses)) as Config;
  const pages = route.routes.find(({ receiver }) => receiver === "pages");
  const secondsOf = (text = ""): number => Number(/^(\d+)s$/.exec(text)?.[1]);
  const down = allAlerts().find(({ name }) => name === "LinkServiceDown");
  const inGroupS = Math.max(secondsOf(pages?.group_wait), secondsOf(pages?.group_interval));
  expect(realTime.intervalS * 2 + (down?.forS ?? Number.NaN) + inGroupS).toBeLessThan(60);
});

test("a mail server that is not on this machine must speak TLS, and no secret is in the configuration", () => {
  const { global } = parse(alertmanagerConfig(guarded)) as { global: Record<string, unknown> };
  expect(global["smtp_require_tls"]).toBe(true);
  expect((parse(alertmanagerConfig(addresses)) as { global: Record<string, unknown> }).global["smtp_require_tls"]).toBe(false);
  expect(alertmanagerConfig(guarded)).not.toMatch(/password:|credentials:|bearer_token:/);
});

/** Runs with a real Alertmanager on a folder that holds its configuration. */
async function withAlertmanager(folder: string, work: (address: string) => Promise<void>): Promise<void> {
  const [port] = (await freePorts(1)) as [number];
  const address = `http://127.0.0.1:${port}`;
  const flags = ["--config.file=alertmanager.yml", "--storage.path=alertmanager-data", "--cluster.listen-address="];
  const alertmanager = await startMonitoringProgram({ name: "prometheus-alertmanager", folder, address, flags });
  try {
    await work(address);
  } finally {
    await alertmanager.stop();
  }
}

test(
  "a dead service silences its symptoms, a page the ticket of its objective, and nothing else is silenced",
  async () => {
    using folder = temporaryFolder();
    writeConfig(folder.path, alertmanagerConfig(addresses));
    await withAlertmanager(folder.path, async (address) => {
      const add = (name: string, more: Record<string, string>): Promise<unknown> =>
        send(`${address}/api/v2/alerts`, "POST", { body: [{ labels: { alertname: name, ...more } }] });
      const suppressed = async (): Promise<string[]> => {
        const { json } = await send(`${address}/api/v2/alerts`, "GET");
        const alerts = json as { labels: Record<string, string>; status: { state: string } }[];
        return alerts.flatMap(({ labels, status }) => (status.state === "suppressed" ? `${labels["alertname"]}/${labels["severity"]}` : [])).toSorted();
      };
      const service = "link-service";
      await add("HighErrorRate", { severity: "page", service });
      await add("StoreErrors", { severity: "ticket", service });
      await add("ApiErrorBudgetBurn", { severity: "ticket", service, slo: "api-availability" });
      await add("RedirectErrorBudgetBurn", { severity: "ticket", service, slo: "redirect-availability" });
      await add("MailFailing", { severity: "page", service: "monitoring" });
      expect(await suppressed()).toEqual([]);
      await add("ApiErrorBudgetBurn", { severity: "page", service, slo: "api-availability" });
      expect(await suppressed()).toEqual(["ApiErrorBudgetBurn/ticket"]);
      await add("LinkServiceDown", { severity: "page", service });
      const symptoms = ["ApiErrorBudgetBurn/page", "ApiErrorBudgetBurn/ticket", "HighErrorRate/page", "RedirectErrorBudgetBurn/ticket", "StoreErrors/ticket"];
      expect(await suppressed()).toEqual(symptoms);
    });
  },
  manyRunsTimeoutMs,
);

test(
  "a real Alertmanager shows the mail server its account and the desk its token, both read from files",
  async () => {
    using folder = temporaryFolder();
    const [mailPort, deskPort] = (await freePorts(2)) as [number, number];
    await using desk = startWebhookReceiver(deskPort);
    const accounts: string[] = [];
    const server = new SMTPServer({
      allowInsecureAuth: true,
      disabledCommands: ["STARTTLS"],
      onAuth: ({ username, password }, _session, done) => {
        accounts.push(`${username}:${password}`);
        done(null, { user: username });
      },
    });
    server.listen(mailPort, "127.0.0.1");
    mkdirSync(join(folder.path, "secrets"));
    writeFileSync(join(folder.path, "secrets/smtp-password"), "word");
    writeFileSync(join(folder.path, "secrets/desk-token"), "token\n");
    writeConfig(folder.path, alertmanagerConfig({ ...guarded, mailServer: `127.0.0.1:${mailPort}`, desk: desk.address }, fastTime));
    try {
      await withAlertmanager(folder.path, async (address) => {
        await send(`${address}/api/v2/alerts`, "POST", { body: [{ labels: { alertname: "LinkServiceDown", severity: "page", service: "link-service" } }] });
        await waitUntil("both are asked", stepMostMs, () => accounts.length > 0 && desk.at("/webhooks/alertmanager").length > 0);
      });
    } finally {
      await new Promise<void>((resolve) => server.close(resolve));
    }
    expect(accounts[0]).toBe("alerts:word");
    expect(desk.at("/webhooks/alertmanager")[0]?.authorization).toBe("Bearer token");
  },
  manyRunsTimeoutMs,
);
