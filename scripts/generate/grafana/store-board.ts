import { findAlert } from "./alert-drawing.ts";
import type { BoardDefinition, SectionDefinition } from "./board-definition.ts";
import { chosen, quantileOf, rateOf, sumBy } from "./board-queries.ts";

const durations = "srenity_store_operation_duration_seconds";

/** The store: how quick it is, what it refuses, and whether room is left. */
export function storeBoard(): BoardDefinition {
  return {
    uid: "store",
    title: "Store",
    description: "The store: how quick it is, what it refuses, and whether room is left.",
    chosenFrom: "srenity_build_info",
    sections: [operations(), failures(), room()],
  };
}

function operations(): SectionDefinition {
  return {
    title: "Operations",
    panels: [
      {
        title: "Operations",
        description: "What the store is asked for. An operation that grows alone points at the route that needs it.",
        shape: "stack",
        width: 8,
        unit: "operations per second",
        queries: [{ expression: sumBy("operation", rateOf(`${durations}_count`)), legend: "{{operation}}" }],
      },
      {
        title: "p99 by operation",
        description: "The slowest hundredth of each operation. All slow at once: the disk, or another process. One slow: its query or its amount.",
        shape: "lines",
        width: 8,
        unit: "seconds",
        queries: [{ expression: quantileOf(0.99, durations, "operation"), legend: "{{operation}}" }],
      },
      {
        title: "Mean by operation",
        description: "Time an operation takes on average; multiplied by its rate it is the share of a core that it costs.",
        shape: "lines",
        width: 8,
        unit: "seconds",
        queries: [
          { expression: `${sumBy("operation", rateOf(`${durations}_sum`))} / ${sumBy("operation", rateOf(`${durations}_count`))}`, legend: "{{operation}}" },
        ],
      },
    ],
  };
}

function failures(): SectionDefinition {
  return {
    title: "What goes wrong",
    panels: [
      {
        title: "Slow operations",
        description: "Share of operations over 50 ms. Above the line find the slow operation above, then look at the disk and at other processes that use it.",
        shape: "lines",
        width: 8,
        alerts: [findAlert("StoreSlow")],
      },
      {
        title: "Failed operations",
        description:
          "Operations of five minutes that failed, by code: locked (store_busy), full (store_full), damaged (store_damaged), away (store_unavailable).",
        shape: "lines",
        width: 8,
        alerts: [findAlert("StoreErrors")],
      },
      {
        title: "Clicks not committed",
        description: "Answered clicks that are not in the store. They ship by themselves, exactly once, when the store works again; do not delete spool.db.",
        shape: "lines",
        width: 8,
        alerts: [findAlert("ClicksNotCommitted")],
        queries: [{ expression: sumBy("instance", chosen("srenity_clicks_held")), legend: "held now {{instance}}" }],
      },
    ],
  };
}

function room(): SectionDefinition {
  return {
    title: "Room",
    panels: [
      {
        title: "Files",
        description: "Size of the database, of its write-ahead log and of the spool. A log that only grows means that a reader holds an old snapshot.",
        shape: "lines",
        width: 6,
        unit: "bytes",
        queries: [{ expression: `max by (file, instance) (${chosen("srenity_store_file_bytes")})`, legend: "{{file}} {{instance}}" }],
      },
      {
        title: "Free disk",
        description: "Free space where the database lies. A step is one large file; a slope is what the prediction beside follows.",
        shape: "lines",
        width: 6,
        unit: "bytes",
        queries: [{ expression: `min by (instance) (${chosen("srenity_disk_free_bytes")})`, legend: "{{instance}}" }],
      },
      {
        title: "Free disk in 24 hours",
        description: "What will be free if the last six hours go on. Below the line find out what grows: the database, the spool, logs or something else.",
        shape: "lines",
        width: 6,
        alerts: [findAlert("DiskFilling")],
      },
      {
        title: "Spooled clicks",
        description: "Clicks written to the spool because the store did not take them; each stretch above 0 is a time of trouble.",
        shape: "lines",
        width: 6,
        unit: "per second",
        queries: [{ expression: sumBy("instance", rateOf("srenity_clicks_spooled_total")), legend: "{{instance}}" }],
      },
    ],
  };
}
