import { z } from "@hono/zod-openapi";
import { alertmanagerMessage } from "../../desk/intake/alertmanager-message.ts";
import { linkServiceJob } from "../../desk/watch-targets.ts";
import { Failure } from "../../errors.ts";
import { clampedNumber } from "../query-fields.ts";
import { jsonReply } from "../reply.ts";
import { refuseForeignOrigin } from "./desk-gate.ts";
import { type DeskRoute, deskRoute } from "./desk-route.ts";

/** Largest message of Alertmanager, in bytes: five thousand alerts of a kilobyte. */
const webhookBytesMost = 5_242_880;
/** Longest name of a job, of a version and of a service, and longest text, in characters. */
const nameLengthMost = 100;
const textLengthMost = 1_000;
/** Longest interval of a heartbeat, in seconds: 31 days. */
const everyMostS = 2_678_400;
const secondMs = 1_000;

const takeAlerts = deskRoute({
  method: "post",
  path: "/webhooks/alertmanager",
  access: "editor",
  isMachine: true,
  body: alertmanagerMessage,
  bodyBytesMost: webhookBytesMost,
  handle: async ({ parts, body, request }) => {
    const taken = await parts.desk.intake.take(body, request.signal);
    parts.desk.publishNow();
    return jsonReply(200, taken);
  },
});

const takeHeartbeat = deskRoute({
  method: "post",
  path: "/heartbeats/:job",
  access: "editor",
  isMachine: true,
  isProbe: true,
  query: z.object({ every: clampedNumber(1, everyMostS).optional() }),
  handle: ({ parts, names, query, request, nowMs }) => {
    refuseForeignOrigin(request);
    const job = names["job"] ?? "";
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(job) || job.length > nameLengthMost)
      throw new Failure("query_invalid", "the name of a job has letters, digits and ._-", { fields: [{ field: "job", message: "has other characters" }] });
    const heartbeat = parts.desk.heartbeats.beat({ job, everyMs: query.every === undefined ? null : query.every * secondMs }, nowMs);
    if (heartbeat === null) throw new Failure("rate_limited", "there are too many jobs");
    return jsonReply(200, heartbeat);
  },
});

const markDeploy = deskRoute({
  method: "post",
  path: "/deploys",
  access: "editor",
  isMachine: true,
  body: z.object({
    version: z.string().trim().min(1).max(nameLengthMost),
    service: z.string().trim().min(1).max(nameLengthMost).default(linkServiceJob),
    text: z.string().trim().max(textLengthMost).optional(),
  }),
  handle: ({ parts, body, author, nowMs }) => {
    const { version, service, text } = body;
    const deploy = { kind: "deploy" as const, atMs: nowMs, service, instance: null, version, text: text || `${service} ${version} was deployed by ${author}` };
    parts.desk.changes.add(deploy);
    parts.metrics.families.deploysSeen.child().add();
    return jsonReply(201, deploy);
  },
});

/** What other programs tell the desk. */
export const intakeRoutes: readonly DeskRoute[] = [takeAlerts, takeHeartbeat, markDeploy];
