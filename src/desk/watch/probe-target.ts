import { type CertificateSeen, readCertificate } from "../../network/read-certificate.ts";
import type { Labels } from "../evaluate/series-source.ts";
import type { Sample } from "./exposition.ts";
import { fetchAnswer, type FetchedAnswer } from "./fetch-answer.ts";
import { probeLabelsOf, type WatchTarget } from "./watch-target.ts";

/** How long an answer may take until a user has given up, in milliseconds. */
export const probeTimeoutMs = 4_000;
/** Largest answer of a probed path, in bytes. */
const answerBytesMost = 65_536;
/** How often the certificate is read, and how soon again after it could not be. In milliseconds. */
const certificateEveryMs = 3_600_000;
const certificateRetryMs = 60_000;

export type ProbeName = "health" | "canary";

/** How one path answered. */
export interface ProbeCheck {
  readonly name: ProbeName;
  readonly isOk: boolean;
  /** Why not, in words. */
  readonly fault: string | null;
  readonly durationMs: number;
}

export interface Probe {
  readonly checks: readonly ProbeCheck[];
  /** Null without https. */
  readonly certificate: CertificateSeen | null;
  readonly samples: readonly Sample[];
}

export interface ProbeOptions {
  readonly target: WatchTarget;
  readonly timeoutMs: number;
  readonly monotonicMs: () => number;
}

export interface ProbeTarget {
  /** Asks once, as a newcomer would, over new connections; never throws. One at a time. */
  probe(signal: AbortSignal): Promise<Probe>;
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 307, 308]);

/**
 * Prepares the probes of one target: `/health` has to answer 200, and the canary has to redirect to where it should.
 * The canary is asked by GET, which commits a click, as a redirect that cannot keep its click is a broken one.
 */
export function createProbeTarget({ target, timeoutMs, monotonicMs }: ProbeOptions): ProbeTarget {
  const samplesOf = createSampler(probeLabelsOf(target));
  const readExpiry = createExpiryReader(new URL(target.baseUrl), monotonicMs);

  const check = async (name: ProbeName, path: string, signal: AbortSignal): Promise<ProbeCheck> => {
    const address = `${target.baseUrl}${path}`;
    const startedMs = monotonicMs();
    const answer = await fetchAnswer({ address, timeoutMs, bytesMost: answerBytesMost, headers: {}, reusesConnections: false, signal });
    const fault = name === "health" ? healthFault(answer) : canaryFault(answer, address, target.canary?.location ?? "");
    return { name, isOk: fault === null, fault, durationMs: monotonicMs() - startedMs };
  };

  return {
    probe: async (signal) => {
      const canary = target.canary ? [check("canary", target.canary.path, signal)] : [];
      const [certificate, ...checks] = await Promise.all([readExpiry(), check("health", "/health", signal), ...canary]);
      return { checks, certificate, samples: samplesOf(checks, certificate) };
    },
  };
}

/** Reads the certificate now and then, and says in between what it said last. */
function createExpiryReader(address: URL, monotonicMs: () => number): () => Promise<CertificateSeen | null> {
  let seen: CertificateSeen | null = null;
  let dueAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (address.protocol !== "https:" || monotonicMs() < dueAtMs) return seen;
    seen = await readCertificate(address);
    dueAtMs = monotonicMs() + ("fault" in seen ? certificateRetryMs : certificateEveryMs);
    return seen;
  };
}

function healthFault(answer: FetchedAnswer): string | null {
  if (!answer.isComplete) return answer.fault;
  return answer.status === 200 ? null : `status ${answer.status}`;
}

/** Addresses count as equal when a browser would go to the same place. */
function canaryFault(answer: FetchedAnswer, address: string, expected: string): string | null {
  if (!answer.isComplete) return answer.fault;
  if (!redirectStatuses.has(answer.status)) return `status ${answer.status}, no redirect`;
  const location = answer.headers.get("location");
  if (location === null) return `status ${answer.status} without a Location`;
  if (!URL.canParse(location, address)) return "its Location is no address";
  return new URL(location, address).href === new URL(expected, address).href ? null : "it redirects to another address";
}

/** Labels are made once, so that a series is the same object at every probe. */
function createSampler(labels: Labels): (checks: readonly ProbeCheck[], certificate: CertificateSeen | null) => Sample[] {
  const labelsOf = (probe: ProbeName) => ({
    success: { __name__: "probe_success", ...labels, probe },
    duration: { __name__: "probe_duration_seconds", ...labels, probe },
  });
  const known = { health: labelsOf("health"), canary: labelsOf("canary") };
  const expiry = { __name__: "probe_certificate_not_after_seconds", ...labels };
  return (checks, certificate) => {
    const samples = checks.flatMap(({ name, isOk, durationMs }) => [
      { labels: known[name].success, value: isOk ? 1 : 0 },
      { labels: known[name].duration, value: durationMs / 1_000 },
    ]);
    return certificate === null || "fault" in certificate ? samples : [...samples, { labels: expiry, value: certificate.notAfterMs / 1_000 }];
  };
}
