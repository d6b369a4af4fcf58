import type { Matcher } from "./expression.ts";

/** A firing alert that matches `source` silences those that match `target` and agree with it in the labels of `equal`. */
export interface Inhibition {
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  /** A label that is missing on both sides counts as equal. */
  readonly equal: readonly string[];
}

const is = (label: string, value: string): Matcher => ({ label, operator: "=", value });
const isNot = (label: string, value: string): Matcher => ({ label, operator: "!=", value });

/** A cause silences its symptoms, and a page the ticket about the same; without a label `slo` two alerts are not about the same. */
export const inhibitions: readonly Inhibition[] = [
  {
    source: [is("alertname", "LinkServiceDown")],
    target: [is("service", "link-service"), isNot("alertname", "LinkServiceDown")],
    equal: ["service"],
  },
  { source: [is("severity", "page"), isNot("slo", "")], target: [is("severity", "ticket"), isNot("slo", "")], equal: ["service", "slo"] },
  { source: [is("alertname", "AlertmanagerDown")], target: [is("alertname", "AlertDeliveryFailing")], equal: ["service"] },
];
