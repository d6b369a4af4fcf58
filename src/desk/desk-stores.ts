import type { AlertStore } from "../storage/desk/alert-store.ts";
import type { DeskNotesStore } from "../storage/desk/desk-notes-store.ts";
import type { IncidentStore } from "../storage/desk/incident-store.ts";
import type { AcknowledgeStore, OutboxStore } from "../storage/desk/outbox-store.ts";
import type { ReviewStore } from "../storage/desk/review-store.ts";
import type { SeriesHistoryStore } from "../storage/series-history.ts";

/** Everything that a desk keeps, in one database: what is done within `incidents.together` is one transaction. */
export interface DeskStores {
  readonly series: SeriesHistoryStore;
  readonly incidents: IncidentStore;
  readonly alerts: AlertStore;
  readonly notes: DeskNotesStore;
  readonly reviews: ReviewStore;
  readonly outbox: OutboxStore;
  readonly acknowledgements: AcknowledgeStore;
}
