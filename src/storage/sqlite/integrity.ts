import { Failure } from "../../errors.ts";
import { Reader } from "./reader.ts";
import type { ObserveOperation } from "./writer.ts";

/** Longest that a check of the whole file may take, in milliseconds. */
const checkMostMs = 600_000;

/** What is known of a file that was too large to be checked before serving from it. */
export interface Integrity {
  /** Begins the check, once, in a worker of its own. */
  begin(): void;
  /** What was found so far. @throws when the file is damaged */
  verdict(): string;
}

/** Checks a large file beside the service. `isWhole` says that it was checked at the start already. */
export function watchIntegrity(file: string, isWhole: boolean, observe: ObserveOperation): Integrity {
  let hasBegun = isWhole;
  let found = isWhole ? "ok" : "";
  const run = async (): Promise<void> => {
    const reader = new Reader(file, observe, checkMostMs);
    try {
      found = await reader.ask("store.quick_check", null);
    } catch (error) {
      if (error instanceof Failure && error.code === "store_damaged") found = error.message;
    } finally {
      reader.close();
    }
    if (found !== "ok" && found !== "") observe("store.quick_check", 0, "store_damaged", new Error(found));
  };
  return {
    begin: () => {
      if (hasBegun) return;
      hasBegun = true;
      void run();
    },
    verdict: () => {
      if (found === "") return "not checked to the end yet";
      if (found !== "ok") throw new Error(`damaged (${found}): restore a backup with \`srenity restore BACKUP\``);
      return "whole";
    },
  };
}
