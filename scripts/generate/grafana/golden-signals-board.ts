import { findAlert } from "./alert-drawing.ts";
import type { BoardDefinition, SectionDefinition } from "./board-definition.ts";
import { chosen, ofUsers, quantileOf, rateOf, sumBy } from "./board-queries.ts";

const durations = "srenity_http_request_duration_seconds";
const requests = `${durations}_count`;

/** Latency, traffic, errors and saturation of the link service: the page to open first. */
export function goldenSignalsBoard(): BoardDefinition {
  return {
    uid: "golden-signals",
    title: "Golden signals",
    description: "Latency, traffic, errors and saturation of the link service: open this one first.",
    chosenFrom: "srenity_build_info",
    sections: [now(), latency(), traffic(), errors(), surprises(), processor(), room()],
  };
}

function now(): SectionDefinition {
  const number = { shape: "numbers", width: 4 } as const;
  return {
    title: "Now",
    panels: [
      {
        ...number,
        title: "Version",
        description: "Versions that run. Two at once mean a deploy under way, or one that stopped half way.",
        unit: "text",
        queries: [{ expression: `sum by (version) (${chosen("srenity_build_info")})`, legend: "{{version}}" }],
      },
      {
        ...number,
        title: "Running for",
        description: "Time since the youngest process started. A low value that nobody caused is a crash: read the end of the log before it.",
        unit: "age",
        queries: [{ expression: `time() - max by (job) (${chosen("process_start_time_seconds")})`, legend: "{{job}}" }],
      },
      {
        ...number,
        title: "Requests",
        description: "Requests of users a second; health checks and scrapes are left out.",
        unit: "requests per second",
        queries: [{ expression: sumBy("job", rateOf(requests, ofUsers)), legend: "{{job}}" }],
      },
      {
        ...number,
        title: "Slowest in a hundred",
        description: "99 of 100 requests of users were faster than this. See below which route is slow.",
        unit: "seconds",
        queries: [{ expression: quantileOf(0.99, durations, "job", ofUsers), legend: "{{job}}" }],
      },
      {
        ...number,
        title: "In flight",
        description: "Requests that wait for their answer at this moment. A number that only grows means that something does not answer.",
        unit: "count",
        queries: [{ expression: sumBy("job", chosen("srenity_http_requests_in_flight")), legend: "{{job}}" }],
      },
      {
        ...number,
        title: "Restarts",
        description: "Starts of the process within the range shown. More than the deploys of that time means crashes.",
        unit: "count",
        queries: [{ expression: sumBy("job", `changes(${chosen("process_start_time_seconds")}[$__range])`), legend: "{{job}}" }],
      },
    ],
  };
}

function latency(): SectionDefinition {
  return {
    title: "Latency",
    panels: [
      {
        title: "Latency of requests",
        description:
          "Half, 95 and 99 of 100 requests were faster. When p99 rises alone look at the routes beside; when all rise, at the event loop and the store.",
        shape: "lines",
        width: 8,
        unit: "seconds",
        queries: [0.5, 0.95, 0.99].map((quantile) => ({
          expression: quantileOf(quantile, durations, "job", ofUsers),
          legend: `p${quantile * 100}`,
          hasExemplars: quantile === 0.99,
        })),
      },
      {
        title: "Spread of latency",
        description: "How many requests took how long. Two bands are two kinds of request: usually redirects from the cache and those from the store.",
        shape: "heat map",
        width: 8,
        unit: "seconds",
        queries: [{ expression: sumBy("le", `increase(${chosen(`${durations}_bucket`, ofUsers)}[$__rate_interval])`), legend: "{{le}}" }],
      },
      {
        title: "p99 by route",
        description: "The slowest hundredth of each route. A slow route points at the store operation behind it.",
        shape: "lines",
        width: 8,
        unit: "seconds",
        queries: [{ expression: quantileOf(0.99, durations, "route", ofUsers), legend: "{{route}}" }],
      },
    ],
  };
}

function traffic(): SectionDefinition {
  return {
    title: "Traffic",
    panels: [
      {
        title: "Instances that answer",
        description: "Instances whose metrics Prometheus can read. At 0 nothing redirects: see whether the process runs, and the end of its log.",
        shape: "lines",
        width: 8,
        alerts: [findAlert("LinkServiceDown")],
      },
      {
        title: "Requests by route",
        description: "What is asked for. A route that grows alone is a client that changed, or a scan.",
        shape: "stack",
        width: 8,
        unit: "requests per second",
        queries: [{ expression: sumBy("route", rateOf(requests, ofUsers)), legend: "{{route}}" }],
      },
      {
        title: "Answers by class",
        description: "2xx and 3xx went well, 4xx are faults of clients or unknown links, 5xx are ours.",
        shape: "stack",
        width: 8,
        unit: "requests per second",
        queries: [{ expression: sumBy("status_class", rateOf(requests, ofUsers)), legend: "{{status_class}}" }],
      },
    ],
  };
}

function errors(): SectionDefinition {
  return {
    title: "Errors",
    panels: [
      {
        title: "Share of failed requests",
        description: "Requests of a minute that were answered with 5xx. Above the line someone is paged: find the failing route and code beside.",
        shape: "lines",
        width: 6,
        alerts: [findAlert("HighErrorRate")],
      },
      {
        title: "Failures by code",
        description: "Why requests were refused; docs/errors.md says what each code means and what helps.",
        shape: "lines",
        width: 6,
        unit: "requests per second",
        queries: [{ expression: `${sumBy("code", rateOf("srenity_http_refusals_total"))} > 0`, legend: "{{code}}" }],
      },
      {
        title: "5xx by route",
        description: "Which routes fail. Only writes: the store refuses them. All: the store or the process itself.",
        shape: "lines",
        width: 6,
        unit: "requests per second",
        queries: [{ expression: sumBy("route", rateOf(requests, `status_class="5xx", ${ofUsers}`)), legend: "{{route}}" }],
      },
      {
        title: "Refused by rate limits",
        description: "Answers with 429. Above the line find out in the log who is refused, and whether the limit or the client is wrong.",
        shape: "lines",
        width: 6,
        alerts: [findAlert("RateLimitSurge")],
      },
    ],
  };
}

/** What ought to be 0, always. */
function surprises(): SectionDefinition {
  return {
    title: "What should not happen",
    panels: [
      {
        title: "Unexpected errors",
        description: "Errors that no code expected: each is a bug with a stack trace in the log.",
        shape: "lines",
        width: 8,
        unit: "per second",
        queries: [{ expression: sumBy("instance", rateOf("srenity_unhandled_errors_total")), legend: "{{instance}}" }],
      },
      {
        title: "Log lines given up",
        description: "Lines that could not be written. Anything but 0 means that the reader of the log is stuck or its disk is full.",
        shape: "lines",
        width: 8,
        unit: "per second",
        queries: [{ expression: sumBy("instance", rateOf("srenity_log_lines_dropped_total")), legend: "{{instance}}" }],
      },
      {
        title: "Spans exported",
        description: "Spans of traces by what became of them; all 0 without a receiver of traces. Dropped ones found their queue full or nobody to take them.",
        shape: "lines",
        width: 8,
        unit: "per second",
        queries: [{ expression: sumBy("result", rateOf("srenity_spans_exported_total")), legend: "{{result}}" }],
      },
    ],
  };
}

function processor(): SectionDefinition {
  const lag = "srenity_event_loop_lag_seconds";
  return {
    title: "Saturation: processor, memory, event loop",
    panels: [
      {
        title: "CPU",
        description:
          "100 % is one core, and serving takes one at most. Near the line, compare with traffic: profile if it did not rise, add an instance if it did.",
        shape: "lines",
        width: 8,
        alerts: [findAlert("HighCpu")],
        queries: [
          { expression: sumBy("instance", rateOf("process_cpu_user_seconds_total")), legend: "user {{instance}}" },
          { expression: sumBy("instance", rateOf("process_cpu_system_seconds_total")), legend: "system {{instance}}" },
        ],
      },
      {
        title: "Resident memory",
        description: "Memory the process holds. A line that climbs for hours is a leak: restart in a calm hour and keep the graph.",
        shape: "lines",
        width: 8,
        alerts: [findAlert("HighMemory")],
      },
      {
        title: "Event loop lag",
        description: "How late the serving thread was. One stall shows in the maximum alone; a high p99 means that it is busy all the time.",
        shape: "lines",
        width: 8,
        alerts: [findAlert("EventLoopStalled")],
        queries: [{ expression: quantileOf(0.99, lag, "instance"), legend: "p99 {{instance}}" }],
      },
    ],
  };
}

function room(): SectionDefinition {
  return {
    title: "Saturation: what runs out",
    panels: [
      {
        title: "Requests in flight",
        description: "Requests that wait for their answer. When it climbs with the latency the service is full; when it climbs alone, clients are slow.",
        shape: "lines",
        width: 6,
        unit: "count",
        queries: [{ expression: chosen("srenity_http_requests_in_flight"), legend: "{{instance}}" }],
      },
      {
        title: "Open files",
        description: "Share of the file descriptors the process may open; every connection is one. Near 100 % new clients are refused: raise the limit.",
        shape: "lines",
        width: 6,
        unit: "share",
        queries: [{ expression: `${chosen("process_open_fds")} / ${chosen("process_max_fds")}`, legend: "{{instance}}" }],
      },
      {
        title: "Free disk",
        description: "Free space where the database lies; the store board says when it runs out.",
        shape: "lines",
        width: 6,
        unit: "bytes",
        queries: [{ expression: chosen("srenity_disk_free_bytes"), legend: "{{instance}}" }],
      },
      {
        title: "Certificate",
        description:
          "Time until the certificate of BASE_URL expires; empty without https. Below the line renew it, and find out why that did not happen by itself.",
        shape: "lines",
        width: 6,
        alerts: [findAlert("CertificateExpiring")],
      },
    ],
  };
}
