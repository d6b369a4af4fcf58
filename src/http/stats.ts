import { z } from "@hono/zod-openapi";
import { Failure } from "../errors.ts";
import type { LinkStats, StatsRange } from "../storage/link-stats.ts";
import { type Operation, operation } from "./operation.ts";
import { timeFilter, timeFormatField } from "./query-fields.ts";
import { jsonReply } from "./reply.ts";
import { statsSchema } from "./schemas.ts";
import { type TimeFormat, writeTime } from "./times.ts";

function writeStats(urlId: number, stats: LinkStats, { interval, time }: { interval: StatsRange["interval"]; time: TimeFormat }): z.output<typeof statsSchema> {
  const { totals, series, referrers, browsers, systems, devices, countries } = stats;
  return {
    url_id: urlId,
    interval,
    totals,
    series: series.map(({ atMs, clicks, bots }) => ({ at: writeTime(atMs, time), clicks, bots })),
    referrers,
    browsers,
    systems,
    devices,
    countries,
  };
}

const readStats = operation({
  method: "get",
  path: "/urls/:id/stats",
  tag: "Urls",
  summary: "Count a link's clicks",
  description: "Totals, a series, and clicks by referrer, browser, system, device and country, complete up to the moment of the call.",
  access: "viewer",
  notFound: "url_not_found",
  query: z.object({
    from: timeFilter().optional().openapi({ type: "string", description: "Inclusive." }),
    to: timeFilter().optional().openapi({ type: "string", description: "Exclusive." }),
    interval: z.enum(["hour", "day"]).optional().openapi({ default: "day" }),
    ...timeFormatField,
  }),
  success: { 200: { description: "The counts", schema: statsSchema } },
  failures: ["url_not_found"],
  handle: async ({ parts, id, query, time }) => {
    const { from, to, interval = "day" } = query;
    const stats = await parts.desk.store.clicks.stats(id, {
      interval,
      ...(from === undefined ? {} : { fromMs: from }),
      ...(to === undefined ? {} : { toMs: to }),
    });
    if (!stats) throw new Failure("url_not_found");
    return jsonReply(200, writeStats(id, stats, { interval, time }));
  },
});

/** GET /urls/:id/stats. */
export const statsOperations: Operation[] = [readStats];
