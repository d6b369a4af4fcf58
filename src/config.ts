import { isIP } from "node:net";
import { resolve } from "node:path";
import { OperatorError } from "./errors.ts";

/** One setting: how its text is read, what it is when absent, and the sentence the reference prints. */
interface Setting<T> {
  read: (text: string) => T;
  fallback: T;
  shown: string;
  sentence: string;
  secret?: boolean;
}

const setting = <T>(read: (text: string) => T, fallback: T, sentence: string, more: { shown?: string; secret?: boolean } = {}): Setting<T> => ({
  read,
  fallback,
  sentence,
  shown: more.shown ?? String(fallback ?? ""),
  ...(more.secret ? { secret: true } : {}),
});

const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d{1,15}$/.test(text) || value < least || value > most) throw new Error(`must be a whole number from ${least} to ${most}`);
    return value;
  };

const oneOf =
  <const T extends string>(...choices: T[]) =>
  (text: string): T => {
    const found = choices.find((choice) => choice === text.toLowerCase());
    if (found === undefined) throw new Error(`must be one of ${choices.join(", ")}`);
    return found;
  };

const flag = (text: string): boolean => {
  const value = text.toLowerCase();
  if (["on", "true", "1", "yes"].includes(value)) return true;
  if (["off", "false", "0", "no"].includes(value)) return false;
  throw new Error("must be on or off");
};

/** Comma-separated addresses of services, each with the name of another program in front where it is one: `alertmanager+http://…`. */
const targets = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const [, job = "", address = part] = /^([a-z][a-z0-9-]{0,31}\+)?(.*)$/.exec(part) ?? [];
      return `${job}${origin(address)}`;
    });

const texts = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);

/** Mail addresses, in the plain form `name@host`. */
const mailAddresses = (text: string): string[] => {
  const addresses = texts(text);
  if (addresses.some((address) => !/^[^\s@<>,"]{1,64}@[^\s@<>,"]{1,255}$/.test(address))) throw new Error("must be mail addresses such as oncall@example.org");
  return addresses;
};

const mailServer = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === "") throw new Error("must be an address such as smtp://user:password@mail.example:587");
  return text;
};

const quietHours = (text: string): string => {
  if (!/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d [A-Za-z_]+(\/[A-Za-z_+-]+)*$/.test(text)) throw new Error("must be like 22:00-07:00 Europe/Berlin");
  return text;
};

const host = (text: string): string => {
  if (isIP(text) || /^[a-z0-9]([a-z0-9.-]{0,252})$/i.test(text)) return text;
  throw new Error("must be an address or a host name");
};

const origin = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username)
    throw new Error("must be an absolute http(s) address such as https://go.example");
  return url.href.replace(/\/$/, "");
};

const ratio = (text: string): number => {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new Error("must be a number from 0 to 1");
  return value;
};

const shortText = (text: string): string => {
  if (text.length > 255) throw new Error("must be at most 255 characters");
  return text;
};

/** Header fields as OpenTelemetry writes them. */
const headerFields = (text: string): Readonly<Record<string, string>> => {
  const fields = text.split(",").map((field) => /^\s*([\w!#$%&'*+.^`|~-]+)=((?:[!-$&-~]|%[0-9a-f]{2})*)\s*$/i.exec(field));
  if (fields.includes(null)) throw new Error("must be name=value, comma-separated, with percent-encoded values");
  return Object.fromEntries(fields.map((found) => [found?.[1], decodeURIComponent(found?.[2] ?? "")]));
};

/** The shortest key that is accepted from the environment, in characters. */
const authKeyLeastLength = 16;

const secrets = (text: string): string[] => {
  const keys = text
    .split(",")
    .map((key) => key.trim())
    .filter(Boolean);
  if (keys.some((key) => key.length < authKeyLeastLength)) throw new Error(`must be comma-separated keys of at least ${authKeyLeastLength} characters`);
  return keys;
};

/** Every setting of the program. The name is the environment variable. */
const settings = {
  HOST: setting(host, "127.0.0.1", "Address the link service listens on. Anything but loopback needs keys, or AUTH=off."),
  PORT: setting(whole(0, 65_535), 8080, "Port of the link service; 0 takes a free one."),
  DATA_DIR: setting((text) => resolve(text), resolve("data"), "Folder of the embedded store, its spool and its lock.", { shown: "./data" }),
  BASE_URL: setting<string | null>(origin, null, "Public address that short links begin with; absent, http://HOST:PORT.", { shown: "" }),
  AUTH: setting(oneOf("auto", "on", "off"), "auto", "Whether the API asks for a key: auto asks unless HOST is loopback, on always asks, off never does."),
  AUTH_KEYS: setting<string[]>(secrets, [], "Comma-separated admin keys, beside those made with `srenity key create`.", { shown: "", secret: true }),
  LOG_LEVEL: setting(
    oneOf("trace", "debug", "info", "warn", "error", "fatal", "silent"),
    "info",
    "Least level that is logged; requests to probes and metrics log at debug.",
  ),
  DEDUPE: setting(flag, true, "Whether shortening an address again returns the owner's active link to it.", { shown: "on" }),
  CACHE_ENTRIES: setting(whole(0, 10_000_000), 100_000, "Most links kept in the redirect cache; unknown codes have a second cache of the same size."),
  CLIENT_ADDRESS: setting(
    oneOf("truncated", "full", "none"),
    "truncated",
    "How client addresses are logged and stored: truncated to /24 and /48, full, or none.",
  ),
  SQLITE_SYNC: setting(oneOf("normal", "full"), "normal", "normal survives a killed process, full a power cut as well, at the price of one fsync a commit."),
  DESK_PORT: setting(whole(0, 65_535), 8081, "Port of the incident desk, on HOST; 0 takes a free one."),
  DESK_URL: setting<string | null>(origin, null, "Public address of the desk, for the links in its mails; absent, http://HOST:DESK_PORT.", { shown: "" }),
  WATCH_TARGETS: setting<string[]>(
    targets,
    [],
    "Comma-separated addresses that the desk watches; absent, the link service beside it. Other programs have their name in front: alertmanager+http://… .",
    { shown: "" },
  ),
  WATCH_LOGS: setting<string[]>(texts, [], "Log files of the targets, in their order, comma-separated; the desk searches them.", { shown: "" }),
  WATCH_CANARY: setting(shortText, "", "Short link that the desk follows from outside, as CODE=DESTINATION; absent, only /health is asked.", { shown: "" }),
  WATCH_KEY: setting(shortText, "", "Key with which the desk scrapes its targets, where they ask for one.", { shown: "", secret: true }),
  WATCH_SPEED: setting(whole(1, 60), 1, "For drills and tests: rules see an hour in this many times less, with a scrape every second."),
  SMTP_URL: setting<string | null>(mailServer, null, "Mail server of the desk; absent, nothing is mailed.", { shown: "", secret: true }),
  MAIL_FROM: setting<string[]>(mailAddresses, ["srenity@localhost"], "Sender of the desk's mails.", { shown: "srenity@localhost" }),
  MAIL_TO: setting<string[]>(mailAddresses, [], "Who is mailed first, comma-separated.", { shown: "" }),
  MAIL_ESCALATION_TO: setting<string[]>(mailAddresses, [], "Who is mailed when nobody acknowledges a page in time.", { shown: "" }),
  MAIL_DRILL_TO: setting<string[]>(mailAddresses, [], "Who is mailed about drills; absent, MAIL_TO with [DRILL] in the subject.", { shown: "" }),
  ESCALATE_AFTER_MIN: setting(whole(1, 1_440), 10, "How long a page may stay unacknowledged before it escalates, in minutes."),
  QUIET_HOURS: setting<string | null>(quietHours, null, "When tickets wait for the morning, such as 22:00-07:00 Europe/Berlin; pages never wait.", {
    shown: "",
  }),
  NOTIFY_URLS: setting<string[]>(
    texts,
    [],
    "More channels, comma-separated: slack+https://…, discord+https://…, teams+https://…, ntfy+https://…, webhook+https://… .",
    { shown: "", secret: true },
  ),
  WEBHOOK_SECRET: setting(shortText, "", "Key that signs what webhook+https:// channels are sent (Standard Webhooks).", { shown: "", secret: true }),
  HEARTBEAT_URL: setting<string | null>(
    origin,
    null,
    "Address that the desk calls every minute while it watches: a dead man's switch elsewhere, or another desk.",
    {
      shown: "",
    },
  ),
  DRILLS: setting(flag, false, "Whether the desk may run drills: it starts link services of its own and breaks them, beside what it watches.", {
    shown: "off",
  }),
  LEGACY_METRICS: setting(flag, false, "Adds the seven flask_app_* names of the first version to /prom_metrics.", { shown: "off" }),
  DISK_FREE_MB: setting(whole(1, 1_000_000), 100, "Free space below which /ready says that the disk is filling, in megabytes."),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting<string | null>(
    origin,
    null,
    "Address of an OTLP/HTTP receiver, such as http://127.0.0.1:4318, whose /v1/traces is sent the spans of sampled requests; absent, none are made.",
    { shown: "" },
  ),
  OTEL_EXPORTER_OTLP_HEADERS: setting(headerFields, {}, "Headers for that receiver, such as a key: name=value, comma-separated, values percent-encoded.", {
    shown: "",
    secret: true,
  }),
  OTEL_SERVICE_NAME: setting(shortText, "srenity", "Name of the link service in traces."),
  OTEL_TRACES_SAMPLER_ARG: setting(
    ratio,
    0.01,
    "Share of new traces that are sampled, from 0 to 1; for a request that comes with a traceparent header, its caller has decided.",
  ),
  DRAIN_TIMEOUT_MS: setting(whole(100, 600_000), 10_000, "How long running requests may take to finish after SIGTERM, in milliseconds."),
} satisfies Record<string, Setting<unknown>>;

type Settings = typeof settings;
type SettingName = keyof Settings;

/** The settings as parsed values, frozen. */
export type Config = { readonly [Name in SettingName]: Settings[Name] extends Setting<infer T> ? T : never };

/**
 * Reads every setting from the environment at once.
 *
 * @param environment names and texts; an empty text counts as absent
 * @throws OperatorError that lists all faults, one line each
 */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { read, fallback, secret }] of Object.entries(settings) as [string, Setting<unknown>][]) {
    const text = environment[name]?.trim();
    values[name] = fallback;
    if (!text) continue;
    try {
      values[name] = read(text);
    } catch (error) {
      faults.push(`${name}${secret ? "" : `=${JSON.stringify(text)}`} ${(error as Error).message}`);
    }
  }
  if (faults.length > 0)
    throw new OperatorError(
      `${faults.length === 1 ? "A setting is" : `${faults.length} settings are`} wrong:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
    );
  return Object.freeze(values) as Config;
}

/** Name, default and sentence of every setting, for the generated reference. */
export function describeSettings(): { name: string; shown: string; sentence: string; isSecret: boolean }[] {
  return Object.entries(settings as Record<string, Setting<unknown>>).map(([name, { shown, sentence, secret = false }]) => ({
    name,
    shown,
    sentence,
    isSecret: secret,
  }));
}

/** Variable by which a drill hands its secret to the instance that it starts; no setting, because nobody sets it by hand. */
export const drillTokenVariable = "SRENITY_DRILL_TOKEN";

/** The secret of the drill that started this process; null for every other process. */
export function drillToken(environment: Record<string, string | undefined> = process.env): string | null {
  return environment[drillTokenVariable] || null;
}

/** Memory the engine believes it has, in bytes: believing in little, it collects garbage before the heap has doubled. */
const believedMemoryBytes = 134_217_728;

/** The environment of a supervised program: ours, and a heap that stays small (195 MB resident after a storm without, 136 with). */
export function childEnvironment(): Record<string, string | undefined> {
  return { BUN_JSC_forceRAMSize: String(believedMemoryBytes), ...process.env };
}

/** The environment of a program that may know none of our settings. */
export function bareEnvironment(): Record<string, string | undefined> {
  const { PATH, TMPDIR } = process.env;
  return { BUN_JSC_forceRAMSize: String(believedMemoryBytes), PATH, TMPDIR };
}

/** Whether an address only reaches this machine. */
export function isLoopback(address: string): boolean {
  return address === "localhost" || address === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}
