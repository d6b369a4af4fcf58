import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { temporaryFolder, type TemporaryFolder } from "../../../tests/harness/temporary-folder.ts";
import type { AlertStore } from "../../storage/desk/alert-store.ts";
import type { DeskNotesStore } from "../../storage/desk/desk-notes-store.ts";
import { openDeskStores, type OpenedDeskStores } from "../../storage/sqlite/desk/open-desk-stores.ts";
import type { AlertChange } from "../incidents/choose-incident.ts";
import { AlertBook } from "./alert-book.ts";
import { type AlertCandidate, fingerprintOf } from "./alert-candidate.ts";

const startMs = 1_800_000_000_000;
const minuteMs = 60_000;

let folder: TemporaryFolder;
let opened: OpenedDeskStores;
/** What incidents were told: `+` for an alert that fires, `-` for one that ended. */
let told: string[];
let isBroken: boolean;

beforeEach(() => {
  folder = temporaryFolder();
  opened = openDeskStores(folder.path, { nowMs: startMs, freshKey: new Uint8Array(32) });
  told = [];
  isBroken = false;
});

afterEach(() => {
  opened.close();
  folder[Symbol.dispose]();
});

const openBook = (store: AlertStore = opened.stores.alerts, notes: DeskNotesStore = opened.stores.notes): AlertBook =>
  new AlertBook({
    store,
    incidents: opened.stores.incidents,
    silences: notes.silences,
    alertChanged: ({ name, isFiring }: AlertChange) => {
      if (isBroken) throw new Error("the disk is full");
      told.push(`${isFiring ? "+" : "-"}${name}`);
    },
  });

function candidate(alertname: string, more: Partial<AlertCandidate> & { severity?: string; slo?: string } = {}): AlertCandidate {
  const { severity = "page", slo, ...rest } = more;
  const labels = { alertname, severity, service: "link-service", ...(slo === undefined ? {} : { slo }) };
  const times = { activeAtMs: startMs, firedAtMs: startMs, endedAtMs: null };
  return {
    fingerprint: fingerprintOf(labels),
    source: "rule",
    rule: `${alertname}/${severity}`,
    labels,
    state: "firing",
    ...times,
    describe: () => ({}),
    ...rest,
  };
}

describe("incidents are told", () => {
  test("of an alert once when it fires and once when it is gone, and of a pending one never", () => {
    const book = openBook();
    book.sync([candidate("Slow", { state: "pending", firedAtMs: null })], startMs);
    for (const step of [1, 2, 3]) book.sync([candidate("Slow")], startMs + step * minuteMs);
    book.sync([], startMs + 5 * minuteMs);
    expect(told).toEqual(["+Slow", "-Slow"]);
    expect(opened.stores.alerts.events(10).map(({ state }) => state)).toEqual(["resolved", "firing", "pending"]);
  });

  test("after a restart neither again of what they know, nor any less of what ended meanwhile", () => {
    openBook().sync([candidate("Down"), candidate("Slow")], startMs);
    const book = openBook();
    expect(book.list().map(({ labels }) => labels["alertname"])).toEqual(["Down", "Slow"]);
    book.sync([candidate("Down")], startMs + minuteMs);
    expect(told).toEqual(["+Down", "+Slow", "-Slow"]);
  });

  test("at the next look of what could not be stored, and nothing is half stored", () => {
    const book = openBook();
    isBroken = true;
    expect(() => book.sync([candidate("Down")], startMs)).toThrow("the disk is full");
    expect(opened.stores.alerts.list()).toEqual([]);
    isBroken = false;
    book.sync([candidate("Down")], startMs + minuteMs);
    expect(told).toEqual(["+Down"]);
  });

  test("of the end of one that began anew between two looks", () => {
    const book = openBook();
    book.sync([candidate("Down")], startMs);
    book.sync([candidate("Down", { activeAtMs: startMs + minuteMs, firedAtMs: startMs + minuteMs })], startMs + minuteMs);
    expect(told).toEqual(["+Down", "-Down", "+Down"]);
  });
});

describe("an alert is held back", () => {
  test("by a silence for as long as it lasts, and its end is told all the same when it began before", () => {
    const book = openBook();
    book.sync([candidate("Known")], startMs);
    const silence = { matchers: { service: "link-service" }, fromMs: startMs, toMs: startMs + 5 * minuteMs, author: "ann", comment: "" };
    opened.stores.notes.addSilence(silence);
    book.sync([candidate("Known"), candidate("Fresh")], startMs + minuteMs);
    expect(told).toEqual(["+Known"]);
    book.sync([candidate("Fresh")], startMs + 2 * minuteMs);
    expect(told).toEqual(["+Known", "-Known"]);
    book.sync([candidate("Fresh")], startMs + 6 * minuteMs);
    expect(told).toEqual(["+Known", "-Known", "+Fresh"]);
  });

  test("by its cause, but the cause is not, and what no longer holds is not told when the cause is gone", () => {
    const book = openBook();
    book.sync([candidate("LinkServiceDown"), candidate("StoreErrors", { severity: "ticket" }), candidate("HighMemory", { severity: "ticket" })], startMs);
    expect(told).toEqual(["+LinkServiceDown"]);
    const lingering = candidate("StoreErrors", { severity: "ticket", endedAtMs: startMs + minuteMs });
    book.sync([lingering, candidate("HighMemory", { severity: "ticket" })], startMs + minuteMs);
    expect(told).toEqual(["+LinkServiceDown", "-LinkServiceDown", "+HighMemory"]);
  });

  test("by the page about the same objective, and not by that about another", () => {
    const book = openBook();
    const page = candidate("ApiErrorBudgetBurn", { slo: "api-availability" });
    const [same, other] = ["api-availability", "api-latency"].map((slo) => candidate(`Burn of ${slo}`, { severity: "ticket", slo }));
    book.sync([page, same as AlertCandidate, other as AlertCandidate], startMs);
    expect(told).toEqual(["+ApiErrorBudgetBurn", "+Burn of api-latency"]);
  });

  test("for good when it is a heartbeat, which has to fire", () => {
    openBook().sync([candidate("Watchdog", { severity: "heartbeat" })], startMs);
    expect(told).toEqual([]);
  });
});

test("a fed alert that nothing is heard of for days is over", () => {
  const book = openBook();
  const news = { fingerprint: "fed", rule: "Fed/page", labels: candidate("Fed").labels, annotations: {}, isFiring: true, startsAtMs: startMs, endsAtMs: null };
  book.feed([news], startMs);
  book.sync([], startMs + 2 * 86_400_000);
  expect(told).toEqual(["+Fed"]);
  book.sync([], startMs + 4 * 86_400_000);
  expect(told).toEqual(["+Fed", "-Fed"]);
});
