// One redirect server whose level (second argument) says how much of the service's work it does: see step-names.ts.
// Arguments: port, level, folder, number of links.
import { Database } from "bun:sqlite";
import { writeSync } from "node:fs";
import { join } from "node:path";
import { Counter, Histogram } from "@prometheus-io/client";
import { linkCode } from "../link-code.ts";

interface Visit {
  code: string;
  path: string;
  atMs: number;
  userAgent: string | null;
  referrer: string | null;
  clientAddress: string | null;
}

const [port, level, folder = ".", linkCount] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4], Number(process.argv[5])];
const targets = new Map(Array.from({ length: linkCount }, (_, index) => [linkCode(index), `https://example.com/a/path/of/usual/length/${index}`]));

const database = new Database(join(folder, `steps-${level}.db`));
database.run("PRAGMA journal_mode = WAL");
database.run("PRAGMA synchronous = NORMAL");
database.run("CREATE TABLE clicks (id INTEGER PRIMARY KEY, code TEXT, at INTEGER, user_agent TEXT, referrer TEXT, client_address TEXT)");
const insert = database.query("INSERT INTO clicks (code, at, user_agent, referrer, client_address) VALUES (?, ?, ?, ?, ?)");
const commit = database.transaction((visits: Visit[]) => {
  for (const visit of visits) insert.run(visit.code, visit.atMs, visit.userAgent, visit.referrer, visit.clientAddress);
});

const durations = new Histogram({
  name: "duration_seconds",
  help: "Duration.",
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.5],
});
const redirects = new Counter({ name: "redirects_total", help: "Redirects.", labelNames: ["outcome"] }).labels({ outcome: "found" });
const lookups = new Counter({ name: "lookups_total", help: "Lookups.", labelNames: ["result"] }).labels({ result: "hit" });

let waiting: { visits: Visit[]; done: Promise<void> } | null = null;

function writeLog(visits: Visit[]): void {
  const lines = visits.map(({ path, atMs, userAgent, clientAddress }) => {
    const time = new Date(atMs).toISOString();
    return `{"time":"${time}","level":"info","msg":"request","request_id":"0123456789abcdef","method":"GET","route":"/:code","path":"${path}","status":302,"client":"${clientAddress}","user_agent":${JSON.stringify(userAgent)}}\n`;
  });
  writeSync(1, lines.join(""));
}

/** The visits of one turn of the event loop share one commit and one write. */
async function finishTurn(visits: Visit[]): Promise<void> {
  await new Promise<void>((resolve) => void setImmediate(resolve));
  waiting = null;
  if (level >= 5) commit(visits);
  if (level >= 6) writeLog(visits);
}

function joinTurn(visit: Visit): Promise<void> {
  if (waiting === null) {
    const visits: Visit[] = [];
    waiting = { visits, done: finishTurn(visits) };
  }
  waiting.visits.push(visit);
  return waiting.done;
}

const redirectTo = (location: string): Response => new Response(null, { status: 302, headers: { Location: location } });

async function answerAfterTurn(visit: Visit, location: string): Promise<Response> {
  const startedMs = performance.now();
  await joinTurn(visit);
  if (level >= 7) {
    durations.observe((performance.now() - startedMs) / 1000);
    redirects.inc();
    lookups.inc();
  }
  return redirectTo(location);
}

Bun.serve({
  hostname: "127.0.0.1",
  port,
  fetch(request, server) {
    if (level === 0) return redirectTo("https://example.com/a/path/of/usual/length/0000001");
    const path = request.url.slice(request.url.indexOf("/", 8));
    const code = path.slice(1);
    const location = targets.get(code);
    if (location === undefined) return new Response("unknown", { status: 404 });
    const visit: Visit = { code, path, atMs: Date.now(), userAgent: null, referrer: null, clientAddress: null };
    if (level >= 2) {
      visit.userAgent = request.headers.get("user-agent");
      visit.referrer = request.headers.get("referer");
    }
    if (level >= 3) visit.clientAddress = server.requestIP(request)?.address.replace(/\.\d+$/, ".0") ?? null;
    return level >= 4 ? answerAfterTurn(visit, location) : redirectTo(location);
  },
});
