import type { DrillScenario } from "../drill-desk.ts";
import type { DrillView } from "../views.ts";

/** How long the desk may take to answer, in milliseconds. */
const answerTimeoutMs = 5_000;

/** What a desk says of its drills. */
export interface DrillsAnswer {
  readonly scenarios: readonly DrillScenario[];
  /** Newest first. */
  readonly drills: readonly DrillView[];
  readonly isAllowed: boolean;
  readonly reason: string | null;
}

/** A desk that runs somewhere. Its calls throw `Error` with what it said when it refuses. */
export interface DrillClient {
  /** Null when nobody answers there. */
  read(): Promise<DrillsAnswer | null>;
  start(scenario: string): Promise<DrillView>;
}

/** Speaks to a desk about drills; `key` where it asks for one. */
export function createDrillClient(address: string, key: string | null): DrillClient {
  const send = (method: string, body?: object): Promise<Response> =>
    fetch(`${address}/api/drills`, {
      method,
      signal: AbortSignal.timeout(answerTimeoutMs),
      headers: { "Content-Type": "application/json", ...(key === null ? {} : { Authorization: `Bearer ${key}` }) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  return {
    read: async () => {
      const response = await send("GET").catch((error: unknown) => {
        if (isNobodyThere(error)) return null;
        throw error;
      });
      return response === null ? null : ((await contentOf(response)) as DrillsAnswer);
    },
    start: async (scenario) => (await contentOf(await send("POST", { scenario }))) as DrillView,
  };
}

function isNobodyThere(error: unknown): boolean {
  return ["ConnectionRefused", "ECONNREFUSED"].includes(String((error as { code?: unknown }).code));
}

async function contentOf(response: Response): Promise<unknown> {
  const content = (await response.json().catch(() => null)) as { detail?: unknown } | null;
  if (response.ok && content !== null) return content;
  throw new Error(typeof content?.detail === "string" ? content.detail : `it answered with status ${response.status}`);
}
