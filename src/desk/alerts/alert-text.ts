import type { AlertDefinition, AlertUnit } from "../../alerting/alert-definition.ts";
import { promDuration } from "../../alerting/promql.ts";

/** Digits that a value is shown with. */
const shownDigits = 3;
const mebibyte = 1_048_576;

const round = (value: number): string => String(Number(value.toPrecision(shownDigits)));

/** A value in its unit, as a person reads it. */
const written: Record<AlertUnit, (value: number) => string> = {
  share: (value) => `${round(value * 100)} %`,
  seconds: (value) => (Math.abs(value) < 60 ? `${round(value)} s` : promDuration(Math.round(value))),
  bytes: (value) => `${round(value / mebibyte)} MiB`,
  "per second": (value) => `${round(value)}/s`,
  count: round,
  cores: (value) => `${round(value)} cores`,
};

/** Such as `7.3 % of the requests of a minute answered with 5xx`. */
export function valueText({ limit, measure }: Pick<AlertDefinition, "limit" | "measure">, value: number): string {
  return `${Number.isFinite(value) ? written[limit.unit](value) : String(value)} ${measure}`;
}

/** Such as `above 5 %`. */
export function limitText({ limit }: Pick<AlertDefinition, "limit">): string {
  return `${limit.side} ${written[limit.unit](limit.value)}`;
}

/** What an alert of a rule says to people, with the addresses of its runbook and of the desk. */
export function annotationsOf(definition: AlertDefinition, value: number, deskUrl: string): Record<string, string> {
  const { summary, impact, action, name } = definition;
  return {
    summary,
    impact,
    action,
    value: valueText(definition, value),
    limit: limitText(definition),
    runbook_url: `${deskUrl}/runbooks/${name}`,
    dashboard_url: `${deskUrl}/`,
  };
}
