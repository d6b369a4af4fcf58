import type { Incident, IncidentState, IncidentStore } from "../storage/desk/incident-store.ts";
import { createCommittedNews } from "./committed-news.ts";
import type { AlertChange } from "./incidents/choose-incident.ts";
import { createIncidentDesk, type IncidentDesk } from "./incidents/incident-desk.ts";

export interface IncidentNews {
  readonly id: number;
  readonly news: IncidentState | "note";
}

export interface DeskIncidentsParts {
  readonly store: IncidentStore;
  impactStartOf(alert: AlertChange): number;
  /** Puts what the change made due into the outbox. */
  incidentChanged(incident: Incident, news: IncidentState | "note"): void;
  /** Called within the transaction in which an incident opens, or opens again. */
  opened(incident: Incident): void;
  /** Told after a change is durable. */
  tell(news: IncidentNews): void;
}

/** Incidents with what follows from every step: notifications and evidence in the same transaction, news once it is durable. */
export interface DeskIncidents extends IncidentDesk {
  together<T>(work: () => T): T;
}

/** Puts the steps of incidents and what follows from them together. */
export function createDeskIncidents(parts: DeskIncidentsParts): DeskIncidents {
  const { store, impactStartOf, incidentChanged, opened, tell } = parts;
  const news = createCommittedNews<IncidentNews>(store, tell);
  const desk = createIncidentDesk({
    store,
    impactStartOf,
    onChange: (incident, change) => {
      incidentChanged(incident, change);
      if (change === "open") opened(incident);
      news.note({ id: incident.id, news: change });
    },
  });
  const steps = Object.entries(desk).map(([name, step]: [string, (...words: never[]) => unknown]) => [
    name,
    (...words: never[]) => news.together(() => step(...words)),
  ]);
  return { ...(Object.fromEntries(steps) as IncidentDesk), together: news.together };
}
