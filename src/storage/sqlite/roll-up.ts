import type { Database } from "bun:sqlite";
import type { Click } from "../store.ts";
import type { ClickLog } from "./click-log.ts";
import type { Writer } from "./writer.ts";

/** What is counted of a click, beside the click itself. */
export interface ClickTraits {
  referrer: string;
  browser: string;
  system: string;
  device: string;
  country: string;
}

export type DescribeClick = (click: Pick<Click, "referrer" | "userAgent" | "clientAddress">) => ClickTraits;

/** Distinct values kept of one trait of one link and day; the rest counts as `other`. */
const valuesMost = 200;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Clicks counted between two looks at the clock: 3 ms when each is of another link. */
const stepClicks = 64;

export type TraitCounts = Record<keyof ClickTraits, Record<string, number>>;
/** Clicks and bots by hour of the day (0–23, UTC). */
export type HourCounts = Record<number, [clicks: number, bots: number]>;

type CountedClick = Pick<Click, "urlId" | "atMs" | "isBot"> & ClickTraits;

interface DayCounts {
  clicks: number;
  bots: number;
  hours: HourCounts;
  traits: TraitCounts;
}

const traitNames = ["referrer", "browser", "system", "device", "country"] as const satisfies (keyof ClickTraits)[];
/** Without a prototype, so that a referrer named `__proto__` is a value like any other. */
const noTraits = (): TraitCounts => Object.fromEntries(traitNames.map((name) => [name, Object.create(null)])) as TraitCounts;

/** Counts that grow within a transaction: per link for ever, per link and day with hours and traits. */
export interface RollUp {
  /** Within a transaction: adds clicks to the counts. Returns clicks by link. */
  add(clicks: readonly CountedClick[]): Map<number, number>;
  /** Rolls up one slice of the log; says whether more is waiting. */
  slice(budgetMs: number): Promise<boolean>;
}

function addTo(counts: DayCounts, click: CountedClick): void {
  counts.clicks++;
  if (click.isBot) counts.bots++;
  const hour = (counts.hours[new Date(click.atMs).getUTCHours()] ??= [0, 0]);
  hour[0]++;
  if (click.isBot) hour[1]++;
  for (const name of traitNames) addValue(counts.traits[name], click[name], 1);
}

function addValue(values: Record<string, number>, value: string, clicks: number): void {
  const key = Object.hasOwn(values, value) || Object.keys(values).length < valuesMost ? value : "other";
  values[key] = (Object.hasOwn(values, key) ? (values[key] as number) : 0) + clicks;
}

function merge(into: DayCounts, from: { hours: HourCounts; traits: TraitCounts }): void {
  for (const [hour, [clicks, bots]] of Object.entries(from.hours)) {
    const sum = (into.hours[Number(hour)] ??= [0, 0]);
    sum[0] += clicks;
    sum[1] += bots;
  }
  for (const name of traitNames) for (const [value, clicks] of Object.entries(from.traits[name])) addValue(into.traits[name], value, clicks);
}

/** Groups clicks by link and day, so that each row is written once. */
function group(clicks: readonly CountedClick[]): Map<number, Map<number, DayCounts>> {
  const links = new Map<number, Map<number, DayCounts>>();
  for (const click of clicks) {
    const day = Math.floor(click.atMs / dayMs);
    const days = links.get(click.urlId) ?? new Map<number, DayCounts>();
    const counts = days.get(day) ?? { clicks: 0, bots: 0, hours: {}, traits: noTraits() };
    addTo(counts, click);
    days.set(day, counts);
    links.set(click.urlId, days);
  }
  return links;
}

function prepareAdd(database: Database): RollUp["add"] {
  const dayOf = database.prepare<{ hours: string; traits: string }, [number, number]>("SELECT hours, traits FROM click_days WHERE link_id = ? AND day = ?");
  const putDay = database.prepare<void, [number, number, string, string]>(
    "INSERT OR REPLACE INTO click_days (link_id, day, hours, traits) VALUES (?, ?, ?, ?)",
  );
  const addTotal = database.prepare<void, [number, number, number]>(
    "INSERT INTO click_totals (link_id, clicks, bots) VALUES (?, ?, ?) ON CONFLICT (link_id) DO UPDATE SET clicks = clicks + excluded.clicks, bots = bots + excluded.bots",
  );
  return (clicks) => {
    const added = new Map<number, number>();
    for (const [linkId, days] of group(clicks)) {
      let total = 0;
      let bots = 0;
      for (const [day, counts] of days) {
        total += counts.clicks;
        bots += counts.bots;
        const before = dayOf.get(linkId, day);
        if (before) merge(counts, { hours: JSON.parse(before.hours) as HourCounts, traits: JSON.parse(before.traits) as TraitCounts });
        putDay.run(linkId, day, JSON.stringify(counts.hours), JSON.stringify(counts.traits));
      }
      addTotal.run(linkId, total, bots);
      added.set(linkId, total);
    }
    return added;
  };
}

interface ClickRow {
  id: number;
  link_id: number;
  at: number;
  is_bot: number;
  client_address: string | null;
  referrer: string | null;
  user_agent: string | null;
}

/** The roll-up of a writing connection; `progress.rolled_up_to` moves in the transaction that counts. */
export function createRollUp(writer: Writer, log: ClickLog, describe: DescribeClick): RollUp {
  const { database } = writer;
  const add = prepareAdd(database);
  const position = database.prepare<{ value: number }, []>("SELECT value FROM progress WHERE name = 'rolled_up_to'");
  const advance = database.prepare<void, [number]>("UPDATE progress SET value = ? WHERE name = 'rolled_up_to'");
  const next = database.prepare<ClickRow, [number, number]>(
    "SELECT id, link_id, at, is_bot, client_address, referrer, user_agent FROM clicks WHERE id > ? ORDER BY id LIMIT ?",
  );
  const counted = (row: ClickRow): CountedClick => ({
    urlId: row.link_id,
    atMs: row.at,
    isBot: row.is_bot === 1,
    ...describe({ referrer: row.referrer, userAgent: row.user_agent, clientAddress: row.client_address }),
  });
  /** Counts a step at a time until the budget is spent: what a step costs depends on how many links it meets. */
  const countFor = (budgetMs: number): Map<number, number> => {
    const untilMs = performance.now() + budgetMs;
    const added = new Map<number, number>();
    let reached = position.get()?.value ?? 0;
    for (;;) {
      const rows = next.all(reached, stepClicks);
      reached = rows.at(-1)?.id ?? reached;
      for (const [linkId, clicks] of add(rows.map(counted))) added.set(linkId, (added.get(linkId) ?? 0) + clicks);
      if (rows.length < stepClicks || performance.now() >= untilMs) break;
    }
    advance.run(reached);
    return added;
  };
  return {
    add,
    slice: async (budgetMs) => {
      if (log.lag() === 0) return false;
      const added = await writer.write(
        "clicks.roll_up",
        () => countFor(budgetMs),
        (counts) => {
          for (const [linkId, clicks] of counts) log.settle(linkId, clicks);
        },
      );
      return added.size > 0 && log.lag() > 0;
    },
  };
}
