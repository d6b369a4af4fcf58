import type { ComponentChildren } from "preact";
import { AlertsPage } from "./alerts-page.tsx";
import { DrillsPage } from "./drills-page.tsx";
import { IncidentPage } from "./incident-page.tsx";
import { IncidentsPage } from "./incidents-page.tsx";
import { LogsPage } from "./logs-page.tsx";
import { NowPage } from "./now-page.tsx";
import { ObjectivesPage } from "./objectives-page.tsx";
import { PostmortemPage } from "./postmortem-page.tsx";
import { PostmortemsPage } from "./postmortems-page.tsx";
import { RunbookPage } from "./runbook-page.tsx";
import { RunbooksPage } from "./runbooks-page.tsx";
import { SettingsPage } from "./settings-page.tsx";
import { TargetsPage } from "./targets-page.tsx";

interface Route {
  readonly pattern: RegExp;
  /** @param part what the pattern has in its group */
  show(part: string): ComponentChildren;
}

/** The paths that are pages. */
export const deskRoutes: readonly Route[] = [
  { pattern: /^\/$/, show: () => <NowPage /> },
  { pattern: /^\/incidents$/, show: () => <IncidentsPage /> },
  { pattern: /^\/incidents\/(\d+)$/, show: (id) => <IncidentPage key={id} id={Number(id)} /> },
  { pattern: /^\/alerts$/, show: () => <AlertsPage /> },
  { pattern: /^\/logs$/, show: () => <LogsPage /> },
  { pattern: /^\/objectives$/, show: () => <ObjectivesPage /> },
  { pattern: /^\/runbooks$/, show: () => <RunbooksPage /> },
  { pattern: /^\/runbooks\/(\w+)$/, show: (name) => <RunbookPage key={name} name={name} /> },
  { pattern: /^\/postmortems$/, show: () => <PostmortemsPage /> },
  { pattern: /^\/postmortems\/(\d+)$/, show: (id) => <PostmortemPage key={id} id={Number(id)} /> },
  { pattern: /^\/drills$/, show: () => <DrillsPage /> },
  { pattern: /^\/targets$/, show: () => <TargetsPage /> },
  { pattern: /^\/settings$/, show: () => <SettingsPage /> },
];
