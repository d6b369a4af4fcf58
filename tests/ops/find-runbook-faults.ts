import { alertUnits } from "../../scripts/generate/alert-units.ts";
import { grafanaBoards } from "../../scripts/generate/grafana/boards.ts";
import type { AlertDefinition, BoardName } from "../../src/alerting/alert-definition.ts";
import { promDuration } from "../../src/alerting/promql.ts";
import { knownMetrics } from "./known-metrics.ts";
import type { Runbook, RunbookBlock } from "./runbook.ts";

/** Headings of every runbook, in this order. */
const headings = ["Meaning", "Impact", "Diagnosis", "Mitigation", "Verify", "Prevention"] as const;
/** More than this is no page that is read at night, in lines. */
const linesMost = 120;
/** What no block may do that is said to read only: end, start, delete, write, send. */
const changing =
  /(^|[\s;|(])(kill|rm|mv|truncate|renice|nohup|dd|systemctl)\s|-delete\b|silence add|-X POST| -d "|--mail-from|srenity -- (restore|up|backup|import)|(^|[^2])>{1,2} *"?\$/m;

const boardTitles = new Map(
  Object.values(grafanaBoards({ runbooks: "http://127.0.0.1" })).map((json) => {
    const { uid, title } = JSON.parse(json) as { uid: BoardName; title: string };
    return [uid, title];
  }),
);

/** The line under the title that the definitions of an alert ask for; a page comes before its ticket. */
export function summaryOf(alerts: readonly AlertDefinition[]): string {
  const parts = alerts.map(({ severity, limit, measure, forS }) => {
    const lasting = forS === 0 ? "at once" : `for ${promDuration(forS)}`;
    return `**${severity}**: ${limit.side} ${alertUnits[limit.unit].write(limit.value)} ${measure}, ${lasting}.`;
  });
  return `${parts.join(" ")} Board: ${boardTitles.get((alerts[0] as AlertDefinition).board)}.`;
}

/** Everything that is wrong with a runbook, one sentence each; `alerts` are the definitions of its name. */
export function findRunbookFaults(runbook: Runbook, alerts: readonly AlertDefinition[]): string[] {
  const faults = [...findShapeFaults(runbook), ...findUnknownMetrics(runbook), ...runbook.blocks.flatMap(findBlockFaults)];
  const wanted = alerts.length === 0 ? "" : summaryOf(alerts);
  if (runbook.summary !== wanted) faults.push(`says under its title "${runbook.summary}", its definition "${wanted}"`);
  return faults.map((fault) => `${runbook.path} ${fault}`);
}

function findShapeFaults({ path, title, sections, blocks, text }: Runbook): string[] {
  const faults: string[] = [];
  if (!path.endsWith(`/${title}.md`)) faults.push(`has the title ${title}`);
  if (sections.join() !== headings.join()) faults.push(`has the headings ${sections.join(", ")}`);
  const lines = text.split("\n").length - 1;
  if (lines > linesMost) faults.push(`has ${lines} lines, ${linesMost} are allowed`);
  for (const section of ["Diagnosis", "Verify"])
    if (!blocks.some((block) => block.section === section && !block.isChanging)) faults.push(`has no command under ${section}`);
  const [meaning = ""] = text.split("## Impact");
  if (!/Related: [^]*\[\w+\]\(\w+\.md\)/.test(meaning)) faults.push("names no related alert under Meaning");
  return faults;
}

function findBlockFaults({ section, text, isChanging, after }: RunbookBlock): string[] {
  const where = `${section}: ${text.trim().split("\n").at(-1)?.slice(0, 60)}`;
  if (isChanging) return changing.test(text) ? [] : [`says that this changes something, which it does not (${where})`];
  const faults = changing.test(text) ? [`has a block that changes something and does not say so (${where})`] : [];
  for (const answer of ["Good", "Bad"])
    if (!new RegExp(`^${answer}[:,]`, "m").test(after)) faults.push(`does not say what a ${answer.toLowerCase()} answer is (${where})`);
  return faults;
}

/** Our own metrics and recordings that are named anywhere, in blocks as well; those of others are asked of the running programs. */
function findUnknownMetrics({ text }: Runbook): string[] {
  const known = knownMetrics();
  const families = new Set([...known.keys()].map((name) => name.replace(/_(bucket|sum|count)$/, "")));
  const named = [...text.matchAll(/\b(?:srenity_[a-z_]+[a-z]|process_[a-z_]+_(?:seconds|bytes|fds)(?:_total)?|slo:[a-z_:0-9]+)/g)].map(([name]) => name);
  return [...new Set(named)].filter((name) => !known.has(name) && !families.has(name)).map((name) => `names the metric ${name}, which does not exist`);
}
