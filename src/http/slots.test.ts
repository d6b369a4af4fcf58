import { expect, test } from "bun:test";
import { Slots } from "./slots.ts";

test("slots refuse work beyond their number, and are free again after success and failure", async () => {
  const slots = new Slots(2);
  const { promise, resolve } = Promise.withResolvers<string>();
  const running = [slots.run(() => promise), slots.run(() => promise.then(() => Promise.reject(new Error("broken"))))];
  const settled = Promise.allSettled(running);
  const refused: unknown = await slots.run(async () => "third").catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "rate_limited", headers: { "Retry-After": "5" } });
  resolve("done");
  expect((await settled).map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(await slots.run(async () => "next")).toBe("next");
});
