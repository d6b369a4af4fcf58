import { expect, test } from "bun:test";
import { faultLimits, noFaults, readFaultOrder } from "./fault-order.ts";

test("an order counts only with the secret of the drill, whole, and within its limits", () => {
  expect(readFaultOrder({ drillToken: "secret", faults: faultLimits }, "secret")).toEqual(faultLimits);
  const refused: [message: unknown, token: string][] = [
    [{ drillToken: "guessed", faults: noFaults }, "secret"],
    [{ faults: noFaults }, "secret"],
    [{ drillToken: "", faults: noFaults }, ""],
    [{ drillToken: "secret" }, "secret"],
    [{ drillToken: "secret", faults: { errorShare: 1 } }, "secret"],
    [{ drillToken: "secret", faults: { ...noFaults, memoryBytes: faultLimits.memoryBytes + 1 } }, "secret"],
    [{ drillToken: "secret", faults: { ...noFaults, delayMs: -1 } }, "secret"],
    [{ drillToken: "secret", faults: { ...noFaults, stallMs: Number.NaN } }, "secret"],
    [{ drillToken: "secret", faults: { ...noFaults, errorShare: "1" } }, "secret"],
    ["secret", "secret"],
    [null, "secret"],
  ];
  for (const [message, token] of refused) expect(readFaultOrder(message, token)).toBeNull();
});
