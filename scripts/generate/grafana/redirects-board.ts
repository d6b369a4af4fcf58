import { findAlert } from "./alert-drawing.ts";
import type { BoardDefinition, SectionDefinition } from "./board-definition.ts";
import { chosen, quantileOf, rateOf, sumBy } from "./board-queries.ts";

/** What happens to people who follow links, and to their clicks. */
export function redirectsBoard(): BoardDefinition {
  return {
    uid: "redirects",
    title: "Redirects",
    description: "What happens to people who follow links, and to their clicks.",
    chosenFrom: "srenity_build_info",
    sections: [outcomes(), cache(), clicks(), statistics()],
  };
}

function outcomes(): SectionDefinition {
  const redirects = "srenity_redirects_total";
  return {
    title: "Outcomes",
    panels: [
      {
        title: "Redirects by outcome",
        description: "How redirects ended. Refused means that a click could be kept nowhere: see the store board.",
        shape: "stack",
        width: 8,
        unit: "requests per second",
        queries: [{ expression: sumBy("outcome", rateOf(redirects)), legend: "{{outcome}}" }],
      },
      {
        title: "Why links do not redirect",
        description: "Top causes of 404 and 410. Inactive, expired and used up are decisions of owners; not_found is a mistyped link or a scan.",
        shape: "lines",
        width: 8,
        unit: "requests per second",
        queries: [{ expression: sumBy("outcome", rateOf(redirects, `outcome!="found"`)), legend: "{{outcome}}" }],
      },
      {
        title: "Unknown codes",
        description:
          "Requests for codes that do not exist. Above the line see in the log whether few addresses ask (a scan) or one code is asked for (a wrong link).",
        shape: "lines",
        width: 8,
        alerts: [findAlert("NotFoundSurge")],
      },
      {
        title: "Against the same hour of other days",
        description:
          "Redirects as a share of those a day and a week ago; empty until there is such a day. Below the line people do not reach us: try DNS and proxy from outside.",
        shape: "lines",
        width: 24,
        alerts: [findAlert("TrafficDropped")],
      },
    ],
  };
}

function cache(): SectionDefinition {
  const lookups = "srenity_cache_lookups_total";
  const hits = sumBy("job", rateOf(lookups, `result=~"hit|negative_hit"`));
  return {
    title: "Cache",
    panels: [
      {
        title: "Cache hit rate",
        description: "Share of lookups that needed no store. Below the line compare entries with CACHE_ENTRIES, and look for a scan or a bulk change.",
        shape: "lines",
        width: 8,
        alerts: [findAlert("CacheHitRateLow")],
        queries: [{ expression: `${hits} / ${sumBy("job", rateOf(lookups))}`, legend: "now {{job}}" }],
      },
      {
        title: "Cache lookups",
        description: "Lookups by result. Misses are what the store has to answer; negative hits spare it requests for unknown codes.",
        shape: "stack",
        width: 8,
        unit: "operations per second",
        queries: [{ expression: sumBy("result", rateOf(lookups)), legend: "{{result}}" }],
      },
      {
        title: "Cache entries",
        description: "Entries held. At the limit of CACHE_ENTRIES old ones make room; a sudden fall means that the cache was emptied.",
        shape: "lines",
        width: 8,
        unit: "count",
        queries: [{ expression: sumBy("cache, instance", chosen("srenity_cache_entries")), legend: "{{cache}} {{instance}}" }],
      },
    ],
  };
}

function clicks(): SectionDefinition {
  const fates = { committed: "srenity_clicks_committed_total", spooled: "srenity_clicks_spooled_total", lost: "srenity_clicks_lost_total" };
  const meanSize = `${sumBy("job", rateOf("srenity_click_batch_size_sum"))} / ${sumBy("job", rateOf("srenity_click_batch_size_count"))}`;
  return {
    title: "Clicks",
    panels: [
      {
        title: "Fate of clicks",
        description: "Clicks committed, spooled while the store could not take them, and lost. Lost is 0, always: anything else breaks a promise.",
        shape: "lines",
        width: 8,
        unit: "per second",
        queries: [
          ...Object.entries(fates).map(([fate, metric]) => ({ expression: sumBy("job", rateOf(metric)), legend: fate })),
          { expression: sumBy("job", rateOf("srenity_bot_clicks_total")), legend: "of bots" },
        ],
      },
      {
        title: "Clicks per commit",
        description: "Clicks that shared a transaction. Batches grow with traffic and with slow commits; that is what makes bursts cheap.",
        shape: "lines",
        width: 8,
        unit: "count",
        queries: [
          { expression: meanSize, legend: "mean {{job}}" },
          { expression: quantileOf(0.99, "srenity_click_batch_size"), legend: "p99 {{job}}" },
        ],
      },
      {
        title: "Time to commit",
        description: "Time until a batch of clicks was in the store; redirects wait for it. When it rises look at the disk and at other users of it.",
        shape: "lines",
        width: 8,
        unit: "seconds",
        queries: [0.5, 0.99].map((quantile) => ({
          expression: quantileOf(quantile, "srenity_click_commit_duration_seconds"),
          legend: `p${quantile * 100} {{job}}`,
        })),
      },
    ],
  };
}

function statistics(): SectionDefinition {
  return {
    title: "Links and statistics",
    panels: [
      {
        title: "Links asked for",
        description: "New links, and requests that got their owner's existing link. A jump is an import or a client that repeats itself.",
        shape: "stack",
        width: 12,
        unit: "operations per second",
        queries: [{ expression: sumBy("result", rateOf("srenity_links_created_total")), legend: "{{result}}" }],
      },
      {
        title: "Clicks not yet in statistics",
        description: "Committed clicks that wait to be rolled up. It saws up and down; when it only climbs, housekeeping does not keep up.",
        shape: "lines",
        width: 12,
        unit: "count",
        queries: [{ expression: sumBy("instance", chosen("srenity_rollup_lag_clicks")), legend: "{{instance}}" }],
      },
    ],
  };
}
