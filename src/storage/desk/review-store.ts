/** What people made of a draft. Times are in milliseconds since 1970. */
export interface SavedPostmortem {
  readonly incidentId: number;
  /** Markdown. */
  readonly text: string;
  /** Grows with every save, from 1. */
  readonly version: number;
  readonly savedAtMs: number;
  readonly savedBy: string;
}

/** Something that will be changed so that an incident does not happen again. */
export interface Action {
  readonly id: number;
  readonly incidentId: number;
  readonly text: string;
  readonly owner: string | null;
  readonly dueAtMs: number | null;
  readonly doneAtMs: number | null;
}

/** An exercise, and how it went. Durations are in milliseconds from the fault; null where it did not happen. */
export interface Drill {
  readonly id: number;
  readonly scenario: string;
  readonly startedAtMs: number;
  /** Null while it runs. */
  readonly endedAtMs: number | null;
  readonly detectedMs: number | null;
  readonly mailedMs: number | null;
  readonly recoveredMs: number | null;
  readonly falsePages: number;
  readonly passed: boolean | null;
  readonly note: string;
}

/** What is learnt from incidents and drills. Every change is one statement, durable when it returns. */
export interface ReviewStore {
  postmortem(incidentId: number): SavedPostmortem | null;
  /** Saves over `version` (0 for the draft); null when somebody saved meanwhile. */
  savePostmortem(saved: Omit<SavedPostmortem, "version">, version: number): SavedPostmortem | null;
  addAction(action: Omit<Action, "id" | "doneAtMs">): Action;
  findAction(id: number): Action | null;
  changeAction(id: number, change: Partial<Pick<Action, "text" | "owner" | "dueAtMs" | "doneAtMs">>): Action | null;
  /** Of one incident, or of all; the newest first. */
  actions(filter: { readonly incidentId?: number; readonly isOpen?: boolean }): Action[];
  addDrill(drill: Pick<Drill, "scenario" | "startedAtMs" | "note">): Drill;
  changeDrill(id: number, change: Partial<Omit<Drill, "id" | "scenario">>): Drill | null;
  /** Newest first. */
  drills(limit: number): Drill[];
}
