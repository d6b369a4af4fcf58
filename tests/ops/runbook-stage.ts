import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Addresses, readAddresses } from "../../scripts/generate/addresses.ts";
import { type MailSink, startMailSink } from "../../scripts/observe/mail-sink.ts";
import { startMonitoring } from "../../scripts/observe/monitoring-stack.ts";
import { freePorts } from "../harness/free-ports.ts";
import { lockStore } from "../harness/lock-store.ts";
import { send } from "../harness/send.ts";
import { fastTime } from "../harness/signal-chain.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { queryAt } from "./query-prometheus.ts";
import { projectRoot } from "./source-file.ts";
import { type SupervisedService, supervisedService } from "./supervised-service.ts";

/** Longest that one block of commands may take, in milliseconds. */
const blockTimeoutMs = 30_000;
/** How long Prometheus may take to see everything, and clicks to be in the store after a lock, in milliseconds. */
const settleTimeoutMs = 30_000;
const recoveryTimeoutMs = 5_000;
const mailsMost = 50;

export interface BlockResult {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Everything that the commands of the runbooks reach, for real. */
export interface RunbookStage extends AsyncDisposable {
  readonly addresses: Addresses;
  readonly folder: string;
  /** Serves links, has met a lock, unknown codes and refusals, and is scraped; for reading. */
  readonly watched: SupervisedService;
  /** Stands beside it, for what changes something. */
  readonly spare: SupervisedService;
  readonly mails: MailSink;
  /** Runs a block as pasted into bash that stops at the first failure; `more` are variables beside those of the stage. */
  run(text: string, more?: Readonly<Record<string, string>>): Promise<BlockResult>;
}

/** Starts the stage and makes it look like a service that has seen something. @throws Error */
export async function startRunbookStage(): Promise<RunbookStage> {
  await using parts = new AsyncDisposableStack();
  const folder = parts.use(temporaryFolder()).path;
  const [port, sparePort, prometheusPort, alertmanagerPort, mailPort, deskPort] = (await freePorts(6)) as [number, number, number, number, number, number];
  const at = (portOfPart: number): string => `http://127.0.0.1:${portOfPart}`;
  const addresses: Addresses = {
    ...readAddresses(),
    linkService: at(port),
    prometheus: at(prometheusPort),
    alertmanager: at(alertmanagerPort),
    desk: at(deskPort),
    mailServer: `127.0.0.1:${mailPort}`,
  };
  const front = parts.use(startFront(folder, addresses.linkService));
  const mails = await startMailSink({ port: mailPort, keepMost: mailsMost, nowMs: Date.now });
  parts.defer(() => mails.stop());
  const place = (name: string, own: number, settings: Record<string, string>): SupervisedService =>
    parts.use(supervisedService({ folder: join(folder, name), log: join(folder, `${name}.log`), port: own, settings }));
  const watched = place("watched", port, { BASE_URL: front.address });
  const spare = place("spare", sparePort, {});
  const monitoring = join(folder, "monitoring");
  await Promise.all([watched.start(), spare.start()]);
  const stack = await startMonitoring({ folder: monitoring, addresses, scale: fastTime });
  parts.defer(() => stack.stop());
  await waitUntil("everything is scraped", settleTimeoutMs, async () => (await queryAt(addresses.prometheus, "up == 1", Date.now() / 1_000)).length === 3);
  await liveThrough(watched);
  await waitUntil("the lock is scraped", settleTimeoutMs, () => hasSeenLock(addresses.prometheus));
  const environment = environmentOf({ addresses, folder, monitoring, front, watched });
  const owned = parts.move();
  return {
    addresses,
    folder,
    watched,
    spare,
    mails,
    run: (text, more = {}) => runBlock(text, { ...environment, ...more }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

interface Front extends AsyncDisposable {
  readonly address: string;
  readonly certificate: string;
}

/** A proxy with TLS in front of the service, and a certificate of its own. */
function startFront(folder: string, upstream: string): Front {
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  Bun.spawnSync([
    "openssl",
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "30",
    ...subject,
    "-keyout",
    key,
    "-out",
    certificate,
  ]);
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: { key: readFileSync(key), cert: readFileSync(certificate) },
    fetch: ({ url, method, headers }) => {
      const { pathname, search } = new URL(url);
      return fetch(`${upstream}${pathname}${search}`, { method, headers, redirect: "manual", signal: AbortSignal.timeout(recoveryTimeoutMs) });
    },
  });
  return { address: `https://127.0.0.1:${server.port}`, certificate, [Symbol.asyncDispose]: () => server.stop(true) };
}

/** A little of everything: links, clicks, lists, unknown codes, and writes and a limited link refused during a lock. */
async function liveThrough({ address, folder, log }: SupervisedService): Promise<void> {
  const post = (path: string, body: object) => send(`${address}${path}`, "POST", { body });
  const link = (more: object) => post("/urls", { user_id: 1, original_url: "https://example.com/", dedupe: false, ...more });
  await post("/users", { username: "ann", email: "ann@example.com" });
  const [plain, limited] = [await link({}), await link({ max_clicks: 1_000 })].map(({ json }) => String(json.short_code)) as [string, string];
  const visit = async (): Promise<void> => {
    for (const path of [plain, limited, "unknown-code", "urls?limit=5", "urls/1/stats"]) await send(`${address}/${path}`, "GET");
  };
  for (let round = 0; round < 10; round++) await visit();
  {
    using _ = lockStore(folder);
    await Promise.all([link({}), visit(), visit()]);
  }
  await waitUntil("the clicks of the lock are in the store", recoveryTimeoutMs, () => readFileSync(log, "utf8").includes("the store takes clicks again"));
}

/** Whether the newest scrapes have the refusals of the lock, and the rules what is made of them. */
async function hasSeenLock(prometheus: string): Promise<boolean> {
  const nowS = Date.now() / 1_000;
  const refusals = await queryAt(prometheus, 'increase(srenity_http_request_duration_seconds_count{status_class="5xx"}[5m]) > 0', nowS);
  const budgets = await queryAt(prometheus, "slo:error_budget:left_ratio", nowS);
  return refusals.length > 0 && budgets.length > 0;
}

interface Surroundings extends Pick<RunbookStage, "addresses" | "folder" | "watched"> {
  readonly monitoring: string;
  readonly front: Front;
}

/** The variables that the runbooks give defaults to, and what programs of the system need. */
function environmentOf({ addresses, folder, monitoring, front, watched }: Surroundings): Record<string, string> {
  const home = join(folder, "home");
  mkdirSync(home);
  return {
    PATH: `${join(projectRoot, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`,
    HOME: home,
    CURL_CA_BUNDLE: front.certificate,
    SRENITY: addresses.linkService,
    PROMETHEUS: addresses.prometheus,
    ALERTMANAGER: addresses.alertmanager,
    DATA: watched.folder,
    LOG: watched.log,
    BASE_URL: front.address,
    CERTIFICATE: front.certificate,
    PROMETHEUS_CONFIG: join(monitoring, "prometheus.yml"),
    ALERTMANAGER_CONFIG: join(monitoring, "alertmanager.yml"),
  };
}

async function runBlock(text: string, environment: Record<string, string>): Promise<BlockResult> {
  const child = Bun.spawn(["bash", "-euo", "pipefail", "-c", text], {
    cwd: projectRoot,
    env: environment,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: blockTimeoutMs,
  });
  const [output, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  await child.exited;
  return { status: child.exitCode, output, errors };
}
