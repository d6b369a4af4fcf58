import { join } from "node:path";
import { type Addresses, readAddresses } from "../../scripts/generate/addresses.ts";
import { type MailSink, type ReceivedMail, startMailSink } from "../../scripts/observe/mail-sink.ts";
import { type MonitoringStack, startMonitoring } from "../../scripts/observe/monitoring-stack.ts";
import { realTime, type TimeScale, timeScale } from "../../src/alerting/time-scale.ts";
import { freePorts } from "./free-ports.ts";
import { type RunningService, startRunningService } from "./running-service.ts";
import { send } from "./send.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { waitUntil } from "./wait-until.ts";
import { startWebhookReceiver, type WebhookReceiver } from "./webhook-receiver.ts";

/** An hour in a minute, with a scrape and an evaluation each second. */
export const fastTime = timeScale(1 / 60, 1);
/** How long the parts may take to find each other, in milliseconds; Prometheus alone takes up to ten seconds to its first scrape. */
const settleTimeoutMs = 45_000;
const mailsMost = 200;
/** The link service, Prometheus and Alertmanager. */
const jobs = 3;

/** Everything between a fault and a mail, for real: link service, Prometheus, Alertmanager, mail server; and who takes webhooks. */
export interface SignalChain extends AsyncDisposable {
  readonly addresses: Addresses;
  readonly stack: MonitoringStack;
  readonly desk: WebhookReceiver;
  /** Of the link service. */
  readonly dataFolder: string;
  /** Of Prometheus and Alertmanager. */
  readonly monitoringFolder: string;
  /** The mail server as it is now. */
  sink(): MailSink;
  /** Takes a mail server away, or puts a new one in its place. */
  stopMail(): Promise<void>;
  startMail(): Promise<void>;
  /** The link service as it is now. */
  service(): RunningService;
  /** Starts the link service again, on the same port and folder. */
  startService(): Promise<void>;
  /** Mails to whom pages go, whose subject contains a text. */
  pages(subject: string): readonly ReceivedMail[];
  /** Value of the first sample of a query, or null when there is none. */
  query(promQl: string): Promise<number | null>;
}

/** Starts the chain and waits until every part is seen by the next, the Watchdog fires and no page does. @throws Error */
export async function startSignalChain(scale: TimeScale = realTime): Promise<SignalChain> {
  await using parts = new AsyncDisposableStack();
  const folder = parts.use(temporaryFolder()).path;
  const [dataFolder, monitoringFolder] = [join(folder, "service"), join(folder, "monitoring")];
  const [servicePort, prometheusPort, alertmanagerPort, mailPort, deskPort] = (await freePorts(5)) as [number, number, number, number, number];
  const at = (port: number): string => `http://127.0.0.1:${port}`;
  const desk = parts.use(startWebhookReceiver(deskPort));
  const addresses: Addresses = {
    ...readAddresses(),
    linkService: at(servicePort),
    prometheus: at(prometheusPort),
    alertmanager: at(alertmanagerPort),
    desk: desk.address,
    mailServer: `127.0.0.1:${mailPort}`,
  };
  const startSink = (): Promise<MailSink> => startMailSink({ port: mailPort, keepMost: mailsMost, nowMs: Date.now });
  let sink = await startSink();
  parts.defer(() => sink.stop());
  const startOne = (): Promise<RunningService> => startRunningService({ folder: dataFolder, settings: { PORT: String(servicePort), LOG_LEVEL: "warn" } });
  let service = await startOne();
  parts.defer(() => service[Symbol.asyncDispose]());
  const stack = await startMonitoring({ folder: monitoringFolder, addresses, scale });
  parts.defer(() => stack.stop());
  await settle(addresses);
  const owned = parts.move();
  return {
    addresses,
    stack,
    desk,
    dataFolder,
    monitoringFolder,
    sink: () => sink,
    stopMail: () => sink.stop(),
    startMail: async () => {
      sink = await startSink();
    },
    service: () => service,
    startService: async () => {
      service = await startOne();
    },
    pages: (subject) => sink.mails().filter((mail) => mail.to.includes(addresses.pagesTo) && mail.subject.includes(subject)),
    query: (promQl) => query(addresses, promQl),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

interface Vector {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

async function vectorOf({ prometheus }: Addresses, promQl: string): Promise<readonly Vector[]> {
  const { json } = await send(`${prometheus}/api/v1/query?query=${encodeURIComponent(promQl)}`, "GET");
  return (json.data?.result ?? []) as Vector[];
}

const namesOf = (labels: readonly Readonly<Record<string, string>>[]): string => labels.map(({ alertname = "" }) => alertname).join(", ");

async function query(addresses: Addresses, promQl: string): Promise<number | null> {
  const [first] = await vectorOf(addresses, promQl);
  return first === undefined ? null : Number(first.value[1]);
}

/** Until the first scrapes, "no sample" would be an outage to rules whose `for` is shortened to a second: nothing is mailed till then. */
async function settle(addresses: Addresses): Promise<void> {
  const { alertmanager } = addresses;
  const silence = await send(`${alertmanager}/api/v2/silences`, "POST", {
    body: {
      matchers: [{ name: "severity", value: "page|ticket", isRegex: true }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + settleTimeoutMs).toISOString(),
      createdBy: "test",
      comment: "until every part was scraped",
    },
  });
  let seen = "";
  const isSettled = async (): Promise<boolean> => {
    const up = await vectorOf(addresses, "up == 1");
    const pages = await vectorOf(addresses, 'ALERTS{severity="page"}');
    const { json } = await send(`${alertmanager}/api/v2/alerts?filter=${encodeURIComponent('severity!="ticket"')}`, "GET");
    const told = (json as { labels: Record<string, string> }[]).map(({ labels }) => labels);
    seen = `${up.length} of ${jobs} scraped; pages: ${namesOf(pages.map(({ metric }) => metric))}; told: ${namesOf(told)}`;
    return seen === `${jobs} of ${jobs} scraped; pages: ; told: Watchdog`;
  };
  await waitUntil("every part is scraped and no page fires", settleTimeoutMs, isSettled).catch((error: unknown) => {
    throw new Error(`the chain did not settle: ${seen}`, { cause: error });
  });
  await send(`${alertmanager}/api/v2/silence/${silence.json.silenceID}`, "DELETE");
}
