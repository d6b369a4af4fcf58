import type { ActionView, NowView, PostmortemView, SilenceView } from "../../src/desk/views.ts";
import type { Incident, TimelineEntry, TimelineKind } from "../../src/storage/desk/incident-store.ts";
import { nowAnswer } from "./desk-answers.ts";
import { deskIncidents, deskTimeline } from "./desk-incidents.ts";

const minuteMs = 60_000;

/** What the stand-in remembers. */
export interface StandInState {
  isBurning: boolean;
  isCut: boolean;
  isEmpty: boolean;
  isLocked: boolean;
  endMs: number | null;
  failing: string | null;
  incidents: Incident[];
  timelines: Map<number, TimelineEntry[]>;
  silences: SilenceView[];
  actions: ActionView[];
  postmortems: Map<number, PostmortemView>;
}

export function newState(nowMs: number): StandInState {
  const incidents = deskIncidents(nowMs, true);
  return {
    isBurning: true,
    isCut: false,
    isEmpty: false,
    isLocked: false,
    endMs: null,
    failing: null,
    incidents,
    timelines: new Map(incidents.map((incident) => [incident.id, deskTimeline(incident)])),
    silences: [
      {
        id: 1,
        matchers: { alertname: "CacheHitRateLow" },
        fromMs: nowMs - minuteMs,
        toMs: nowMs + 50 * minuteMs,
        author: "Ada Lind",
        comment: "The cache was emptied on purpose",
      },
    ],
    actions: [
      { id: 1, incidentId: 11, text: "Alert on the age of the write-ahead log", owner: "Noor Haddad", dueAtMs: nowMs - 86_400_000, doneAtMs: null },
      { id: 2, incidentId: 11, text: "Move backups to 03:00", owner: "Ada Lind", dueAtMs: null, doneAtMs: nowMs - 3_600_000 },
    ],
    postmortems: new Map(),
  };
}

export function nowOf(state: StandInState): NowView {
  const silenced = state.silences.map(({ matchers }) => matchers["alertname"] ?? "");
  return nowAnswer({ nowMs: Date.now(), isBurning: state.isBurning, incidents: state.incidents, silenced });
}

export function findIncident(state: StandInState, id: number): Incident {
  const found = state.incidents.find((incident) => incident.id === id);
  if (found === undefined) throw new Error(`no INC-${id}`);
  return found;
}

export function changeIncident(state: StandInState, id: number, change: Partial<Incident>): Incident {
  const changed = { ...findIncident(state, id), ...change, version: findIncident(state, id).version + 1 };
  state.incidents = state.incidents.map((incident) => (incident.id === id ? changed : incident));
  return changed;
}

export function append(
  state: StandInState,
  id: number,
  { kind, text, details = {} }: { kind: TimelineKind; text: string; details?: Record<string, unknown> },
): void {
  const entries = state.timelines.get(id) ?? [];
  state.timelines.set(id, [...entries, { id: id * 1_000 + entries.length + 1, incidentId: id, atMs: Date.now(), kind, author: "operator", text, details }]);
}
