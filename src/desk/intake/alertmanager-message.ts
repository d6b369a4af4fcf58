import { z } from "zod";

/** Most alerts of one message, and most labels or annotations of an alert. */
const alertsMost = 5_000;
const pairsMost = 64;
/** Longest name and value, in characters. */
const nameLengthMost = 200;
const valueLengthMost = 4_000;

const pairs = z
  .record(z.string().max(nameLengthMost), z.string().max(valueLengthMost))
  .refine((value) => Object.keys(value).length <= pairsMost, `must have at most ${pairsMost} entries`);
const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const alertSchema = z.object({
  status: z.enum(["firing", "resolved"]),
  labels: pairs,
  annotations: pairs,
  startsAt: time,
  endsAt: time,
  fingerprint: z.string().regex(/^[0-9a-f]{1,64}$/, "must be hexadecimal"),
});

/** What Alertmanager posts, version 4 of its webhook: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config. */
export const alertmanagerMessage = z.object({
  version: z.literal("4"),
  status: z.enum(["firing", "resolved"]),
  groupKey: z.string().max(valueLengthMost),
  /** Alerts of the group that are left out. */
  truncatedAlerts: z.int().min(0).default(0),
  groupLabels: pairs,
  externalURL: z.string().max(valueLengthMost),
  alerts: z.array(alertSchema).max(alertsMost),
});

export type AlertmanagerMessage = z.output<typeof alertmanagerMessage>;
export type AlertmanagerAlert = AlertmanagerMessage["alerts"][number];

/** What Alertmanager answers to GET /api/v2/alerts: alerts that fire. */
export const alertmanagerList = z
  .array(z.object({ labels: pairs, annotations: pairs, startsAt: time, endsAt: time, fingerprint: alertSchema.shape.fingerprint }))
  .max(alertsMost)
  .transform((alerts) => alerts.map((alert): AlertmanagerAlert => ({ ...alert, status: "firing" })));
