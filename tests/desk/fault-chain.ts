import { join } from "node:path";
import { type MailSink, type ReceivedMail, startMailSink } from "../../scripts/observe/mail-sink.ts";
import { startTraffic } from "../../src/desk/drill/traffic.ts";
import type { IncidentView } from "../../src/desk/views.ts";
import type { Incident } from "../../src/storage/desk/incident-store.ts";
import { type RunningService, startRunningService } from "../harness/running-service.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { type DrilledService, startDrilledService } from "./drilled-service.ts";

/** Enough for rules that ask for requests, in requests a second. */
const requestsPerSecond = 40;
/** Requests that have to be measured before a fault. */
const measuredLeast = 100;
const settleTimeoutMs = 40_000;
/** Several chains start at once. */
const startTimeoutMs = 40_000;
const mailsMost = 100;
const slowAlerts = ["RedirectLatencyBudgetBurn", "ApiLatencyBudgetBurn", "StoreSlow"];
const oncall = "oncall@example.org";

export interface FaultChainOptions {
  /** WATCH_SPEED of the desk. */
  readonly speed?: number;
  /** Folder of the desk's database; one of its own unless it is given. */
  readonly deskFolder?: string;
  /** Names of alerts that a busy machine may cause by itself; a stall always may. */
  readonly silenced?: readonly string[];
}

/** A link service that can be broken, traffic, the desk that watches it, and the mail server of the person on call: all real. */
export interface FaultChain extends AsyncDisposable {
  readonly service: DrilledService;
  readonly serviceFolder: string;
  readonly desk: RunningService;
  readonly sink: MailSink;
  /** Newest first. */
  incidents(): Promise<Incident[]>;
  read(id: number): Promise<IncidentView>;
  /** Why mails about an incident were sent, in order. */
  reasons(id: number): string[];
}

/** Starts the chain and waits until the desk has measured healthy traffic. @throws Error when a part does not start */
export async function startFaultChain({ speed = 60, deskFolder, silenced = slowAlerts }: FaultChainOptions = {}): Promise<FaultChain> {
  await using parts = new AsyncDisposableStack();
  const { path: folder } = parts.use(temporaryFolder());
  const serviceFolder = join(folder, "service");
  const logFile = join(folder, "link-service.log");
  const sink = await startMailSink({ port: 0, keepMost: mailsMost, nowMs: Date.now });
  parts.defer(() => sink.stop());
  const service = parts.use(await startDrilledService({ folder: serviceFolder, logFile }));
  const traffic = startTraffic({ address: service.address, requestsPerSecond, random: Math.random });
  parts.defer(() => traffic.stop());
  const settings = {
    DESK_PORT: "0",
    WATCH_SPEED: String(speed),
    WATCH_TARGETS: service.address,
    WATCH_LOGS: logFile,
    SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
    MAIL_TO: oncall,
    MAIL_FROM: "desk@example.org",
  };
  const desk = parts.use(await startRunningService({ folder: deskFolder ?? join(folder, "desk"), command: "watch", settings, startTimeoutMs }));
  for (const alertname of ["EventLoopStalled", ...silenced]) await silence(desk, alertname);
  await waitUntil("healthy traffic is measured", settleTimeoutMs, async () => {
    const { json } = await desk.send("GET", "/api/series?name=slo:requests:rate1m&where=slo:redirect-availability");
    return (
      traffic.figures().answered > measuredLeast &&
      (json.series as { values: (number | null)[] }[]).some(({ values }) => values.some((value) => (value ?? 0) > 1))
    );
  });
  const mails = (id: number): ReceivedMail[] => sink.mails().filter(({ headers }) => headers["x-srenity-incident"] === `INC-${id}`);
  const started = parts.move();
  return {
    service,
    serviceFolder,
    desk,
    sink,
    incidents: async () => (await desk.send("GET", "/api/incidents")).json.incidents as Incident[],
    read: async (id) => (await desk.send("GET", `/api/incidents/${id}`)).json as IncidentView,
    reasons: (id) => mails(id).map(({ headers }) => headers["x-srenity-reason"] ?? ""),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** A machine that does other things as well is slow now and then: true, but not the fault that is looked for. */
async function silence(desk: RunningService, alertname: string): Promise<void> {
  const { status } = await desk.send("POST", "/api/silences", { body: { matchers: { alertname }, minutes: 60, comment: "the machine is busy" } });
  if (status !== 201) throw new Error(`${alertname} could not be silenced: ${status}`);
}
