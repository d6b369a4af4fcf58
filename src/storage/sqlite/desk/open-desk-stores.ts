import type { AlertStore } from "../../desk/alert-store.ts";
import type { DeskNotesStore } from "../../desk/desk-notes-store.ts";
import type { IncidentStore } from "../../desk/incident-store.ts";
import type { AcknowledgeStore, OutboxStore } from "../../desk/outbox-store.ts";
import type { ReviewStore } from "../../desk/review-store.ts";
import type { SeriesHistoryStore } from "../../series-history.ts";
import { openAlerts } from "./alerts.ts";
import { openDeskNotes } from "./desk-notes.ts";
import { openIncidents } from "./incidents.ts";
import { type OpenedDesk, openDesk } from "./open-desk.ts";
import { openAcknowledgements, openOutbox } from "./outbox.ts";
import { openReviews } from "./reviews.ts";
import { createSeriesHistoryStore } from "./series-history.ts";

/** All stores of a desk, over one connection. */
export interface OpenedDeskStores extends Pick<OpenedDesk, "damaged" | "close"> {
  readonly stores: {
    readonly series: SeriesHistoryStore;
    readonly incidents: IncidentStore;
    readonly alerts: AlertStore;
    readonly notes: DeskNotesStore;
    readonly reviews: ReviewStore;
    readonly outbox: OutboxStore;
    readonly acknowledgements: AcknowledgeStore;
  };
  /** Writes and takes it back. @throws SQLiteError where the file cannot be written */
  check(): void;
}

/**
 * Opens the desk's database with all its stores.
 *
 * @param freshKey random bytes that sign the links in mails, from the first start on
 * @throws OperatorError for a folder that cannot be used, a full disk, a lock or a newer schema
 */
export function openDeskStores(folder: string, { nowMs, freshKey }: { nowMs: number; freshKey: Uint8Array }): OpenedDeskStores {
  const { database, damaged, close } = openDesk(folder, nowMs);
  return {
    damaged,
    close,
    check: () => void database.transaction(() => database.run("UPDATE desk_keys SET name = name")).immediate(),
    stores: {
      series: createSeriesHistoryStore(database),
      incidents: openIncidents(database),
      alerts: openAlerts(database),
      notes: openDeskNotes(database),
      reviews: openReviews(database),
      outbox: openOutbox(database),
      acknowledgements: openAcknowledgements(database, freshKey),
    },
  };
}
