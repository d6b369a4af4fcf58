import { expect, test } from "bun:test";
import { holdsThroughout } from "../harness/holds-throughout.ts";
import { lockStore } from "../harness/lock-store.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { startFaultChain } from "./fault-chain.ts";
import { proveFault } from "./fault-proof.ts";

/** Enough for an alert on the share of errors, and so little that the budget of a month is not spent in seconds. */
const errorShare = 0.12;
/** Slower than redirects (25 ms) and API calls (250 ms) may be, in milliseconds. */
const delayMs = 300;
/** Above the limit of 512 MiB, in bytes. */
const memoryBytes = 629_145_600;
/** How long nobody may be told after the blip, in milliseconds: longer than the 15 s after which half the real speed would page. */
const silentMs = 25_000;
const patientMs = 60_000;
const testTimeoutMs = 140_000;
const burns = ["RedirectErrorBudgetBurn", "ApiErrorBudgetBurn"];

test.concurrent(
  "requests that fail open one incident, which is mailed once, and so is its end",
  async () => {
    await using chain = await startFaultChain();
    const incident = await proveFault(chain, {
      name: "errors",
      expected: ["HighErrorRate", ...burns],
      begin: () => chain.service.order({ errorShare }),
      end: () => chain.service.order({}),
    });
    const { evidence } = await chain.read(incident.id);
    expect(incident).toMatchObject({ severity: "page", service: "link-service", isDrill: false });
    expect(JSON.stringify(evidence.find(({ kind }) => kind === "log_errors")?.content)).toContain("request · internal · /:code");
    expect(JSON.stringify(evidence.find(({ kind }) => kind === "failing_routes")?.content)).toContain("/:code");
  },
  testTimeoutMs,
);

test.concurrent(
  "a store that became slow opens one incident about latency, which is mailed once, and so is its end",
  async () => {
    await using chain = await startFaultChain({ silenced: ["StoreSlow"] });
    const incident = await proveFault(chain, {
      name: "latency",
      expected: ["RedirectLatencyBudgetBurn", "ApiLatencyBudgetBurn"],
      begin: () => chain.service.order({ delayMs }),
      end: () => chain.service.order({}),
    });
    expect(incident).toMatchObject({ severity: "page", isDrill: false });
  },
  testTimeoutMs,
);

test.concurrent(
  "a store that another process locked opens one incident, which is mailed once, and so is its end",
  async () => {
    await using chain = await startFaultChain();
    let lock: Disposable | null = null;
    await proveFault(chain, {
      name: "store lock",
      expected: ["StoreErrors", "ClicksNotCommitted"],
      begin: () => void (lock = lockStore(chain.serviceFolder)),
      end: () => lock?.[Symbol.dispose](),
    });
  },
  testTimeoutMs,
);

test.concurrent(
  "memory that grows opens one ticket, which is mailed once, and so is its end",
  async () => {
    await using chain = await startFaultChain();
    const incident = await proveFault(chain, {
      name: "memory growth",
      expected: ["HighMemory"],
      begin: () => chain.service.order({ memoryBytes }),
      end: () => chain.service.order({}),
    });
    expect(incident.severity).toBe("ticket");
  },
  testTimeoutMs,
);

test.concurrent(
  "a service that is killed and comes back at once is noted, and nobody is told",
  async () => {
    await using chain = await startFaultChain({ speed: 2 });
    await chain.service.restart();
    const restarts = (): Promise<number> => chain.desk.metric("srenity_desk_restarts_seen_total");
    await waitUntil("the restart is noted", patientMs, async () => (await restarts()) === 1);
    await holdsThroughout("no incident and no mail", silentMs, async () => (await chain.incidents()).length === 0 && chain.sink.mails().length === 0);
    console.log(`blip: noted, and silent for ${silentMs / 1_000} s`);
  },
  testTimeoutMs,
);
