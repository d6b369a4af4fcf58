import type { RunningService } from "../harness/running-service.ts";

/** Links and events asked for at once, and pages read before a list counts as endless. */
const pageItems = 1_000;
const pagesMost = 100;

/** One link as its clients know it. */
export interface LedgerEntry {
  id: number;
  code: string;
  url: string;
  /** Redirects asked for, and those whose 302 was read. */
  asked: number;
  answered: number;
}

/** What clients were told by the service: the truth that must be found after every fault. */
export class LinkLedger {
  readonly entries: LedgerEntry[] = [];
  #userId = 0;
  #drawn = 0;

  /** Makes the owner of all links. */
  async begin(service: RunningService): Promise<void> {
    const { json } = await service.send("POST", "/users", { body: { username: "ledger", email: "ledger@example.com" } });
    this.#userId = json.id;
  }

  /** Makes a link of its own address; entered once its 201 is read. The status otherwise. */
  async create(service: RunningService, more: Record<string, unknown> = {}): Promise<LedgerEntry | number> {
    const url = `https://example.com/${++this.#drawn}`;
    const { status, json } = await service.send("POST", "/urls", { body: { user_id: this.#userId, original_url: url, ...more } });
    if (status !== 201) return status;
    const entry = { id: json.id, code: json.short_code, url, asked: 0, answered: 0 };
    this.entries.push(entry);
    return entry;
  }

  /** Follows a link and enters what came of it. */
  async follow(service: RunningService, entry: LedgerEntry): Promise<{ status: number; location: string | null; tookMs: number }> {
    entry.asked++;
    const { status, headers, tookMs } = await service.send("GET", `/${entry.code}`);
    if (status === 302) entry.answered++;
    return { status, location: headers.get("location"), tookMs };
  }

  /** Every way in which the store differs from what clients were told; none is what a test wants. */
  async findFaults(service: RunningService): Promise<string[]> {
    const links = new Map((await readAll(service, "/urls")).map((link) => [link["id"] as number, link]));
    const events = await readAll(service, "/events?event_type=click");
    const clicksOf = Map.groupBy(events, (event) => event["url_id"] as number);
    const faults: string[] = [];
    const codes = [...links.values()].map((link) => link["short_code"]);
    if (new Set(codes).size !== codes.length) faults.push("a code is listed twice");
    if (new Set(this.entries.map(({ code }) => code)).size !== this.entries.length) faults.push("a code was given out twice");
    for (const { id, code, url, asked, answered } of this.entries) {
      const link = links.get(id);
      if (link?.["short_code"] !== code || link["original_url"] !== url) {
        faults.push(`link ${id} with code ${code} was acknowledged and is ${JSON.stringify(link)}`);
        continue;
      }
      const clicks = link["clicks"] as number;
      if (clicks < answered || clicks > asked) faults.push(`link ${id} has ${clicks} clicks, ${answered} were answered and ${asked} asked for`);
      const listed = clicksOf.get(id)?.length ?? 0;
      if (listed !== clicks) faults.push(`link ${id} has ${clicks} clicks, ${listed} are listed`);
    }
    return faults;
  }
}

/** A whole list, page by page. */
async function readAll(service: RunningService, path: string): Promise<Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = [];
  const separator = path.includes("?") ? "&" : "?";
  let afterId = 0;
  for (let page = 0; page < pagesMost; page++) {
    const { status, json } = await service.send("GET", `${path}${separator}per_page=${pageItems}&after_id=${afterId}`);
    if (status !== 200) throw new Error(`GET ${path} answered ${status}`);
    all.push(...json);
    afterId = all.at(-1)?.["id"] as number;
    if (json.length < pageItems) return all;
  }
  throw new Error(`GET ${path} does not end after ${pagesMost} pages`);
}
