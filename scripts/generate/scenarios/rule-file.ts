import type { AlertKey } from "./scenario.ts";

/** What a generated rule file holds, as far as tests look at it. */
export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Finds an alert's rule. @throws RangeError when the file has none */
export function findRule({ groups }: RuleFile, alert: AlertKey): Rule {
  const found = groups.flatMap(({ rules }) => rules).find((rule) => `${rule.alert}/${rule.labels["severity"]}` === alert);
  if (!found) throw new RangeError(`no rule for the alert ${alert}`);
  return found;
}

/** A rule file of some rules, and the recordings that they read directly or by way of others. */
export function withWhatTheyRead(kept: ReadonlySet<Rule>, file: RuleFile): RuleFile {
  const isRead = ({ record, labels }: Rule): boolean =>
    record !== undefined && [...kept].some(({ expr }) => expr.includes(`${record}{slo=${JSON.stringify(labels["slo"])}}`));
  const found = file.groups.flatMap(({ rules }) => rules.filter((rule) => !kept.has(rule) && isRead(rule)));
  if (found.length > 0) return withWhatTheyRead(new Set([...kept, ...found]), file);
  const groups = file.groups.map((group) => ({ ...group, rules: group.rules.filter((rule) => kept.has(rule)) }));
  return { groups: groups.filter(({ rules }) => rules.length > 0) };
}
