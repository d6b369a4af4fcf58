import type { Dashboard, Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { alertDrawing } from "../../scripts/generate/grafana/alert-drawing.ts";
import type { AlertDefinition } from "../../src/alerting/alert-definition.ts";
import { panelsOf, repeated, targetsOf } from "./find-board-faults.ts";

/** What the boards together lack: an alert that its board does not draw, a board that another does not lead to. */
export function findDrawingFaults(boards: readonly Dashboard[], alerts: readonly AlertDefinition[], runbooks: string): string[] {
  return [
    ...repeated(boards.map(({ uid = "" }) => uid)).map((uid) => `two boards are called ${uid}`),
    ...boards.flatMap((board) => linkFaults(board, boards)),
    ...alerts.flatMap((alert) => alertFaults(alert, boards, runbooks).map((fault) => `${alert.name} (${alert.severity}) ${fault}`)),
  ];
}

function linkFaults(board: Dashboard, boards: readonly Dashboard[]): string[] {
  const urls = new Set((board.links ?? []).map(({ url }) => url));
  return boards.filter((other) => other !== board && !urls.has(`/d/${other.uid}`)).map((other) => `${board.uid} does not lead to ${other.uid}`);
}

function alertFaults(alert: AlertDefinition, boards: readonly Dashboard[], runbooks: string): string[] {
  const board = boards.find(({ uid }) => uid === alert.board);
  if (!board) return [`names the board ${alert.board}, which does not exist`];
  const signals = alertDrawing(alert).signals.map(({ expression }) => expression);
  const showing = panelsOf(board).filter((panel) => signals.every((signal) => targetsOf(panel).some(({ expr }) => expr === signal)));
  if (showing.length === 0) return ["has its signal on no panel of its board"];
  return [
    ...(showing.some((panel) => drawsLine(panel, alert.limit.value)) ? [] : ["has no line at its limit"]),
    ...(showing.some((panel) => leadsTo(panel, `${runbooks}/${alert.name}`)) ? [] : ["has no link to its runbook"]),
  ];
}

function drawsLine({ fieldConfig }: Panel, limit: number): boolean {
  const style = (fieldConfig?.defaults.custom as { thresholdsStyle?: { mode?: string } } | undefined)?.thresholdsStyle?.mode;
  const steps = fieldConfig?.defaults.thresholds?.steps ?? [];
  // The first step is the ground; a transparent step draws its line in the colour of the one below.
  const isDrawn = steps.some(
    ({ value, color }, index) => index > 0 && value === limit && [color, steps[index - 1]?.color].some((each) => each !== "transparent"),
  );
  return style === "dashed" && isDrawn;
}

const leadsTo = ({ links = [] }: Panel, url: string): boolean => links.some((link) => link.url === url && link.targetBlank);
