import type { DrillDisk } from "./drill-disk.ts";
import type { DrillInstance } from "./drill-instance.ts";
import type { MailGate } from "./mail-gate.ts";
import type { FaultName } from "./scenarios.ts";
import type { StoreHolder } from "./store-holder.ts";

/** Share of requests that fail, time that the store takes longer and that the thread stands still (milliseconds), and memory (bytes). */
const errorShare = 0.2;
const delayMs = 300;
const stallMs = 800;
const memoryBytes = 629_145_600;

/** What a fault has at hand. */
export interface FaultStage {
  readonly instance: Pick<DrillInstance, "order" | "kill" | "restart" | "dataFolder">;
  readonly mailGate: Pick<MailGate, "close" | "open">;
  readonly holder: StoreHolder;
  /** There for the drill that fills it. */
  readonly disk: Pick<DrillDisk, "fill" | "free"> | null;
}

export interface Fault {
  begin(stage: FaultStage): Promise<void> | void;
  /** Takes the fault back; harmless where it did not begin. */
  end(stage: FaultStage): Promise<void> | void;
}

const ordered = (order: Parameters<DrillInstance["order"]>[0]): Fault => ({
  begin: ({ instance }) => instance.order(order),
  end: ({ instance }) => instance.order({}),
});

/** How each fault comes and goes. */
export const faults: Readonly<Record<FaultName, Fault>> = {
  errors: ordered({ errorShare }),
  latency: ordered({ delayMs }),
  stall: ordered({ stallMs }),
  "memory-growth": ordered({ memoryBytes }),
  "store-lock": {
    begin: ({ holder, instance }) => holder.hold(instance.dataFolder),
    end: ({ holder }) => holder.release(),
  },
  kill: {
    begin: ({ instance }) => instance.kill(),
    end: ({ instance }) => instance.restart(),
  },
  "mail-down": {
    begin: ({ mailGate, instance }) => {
      mailGate.close();
      instance.order({ errorShare });
    },
    end: ({ mailGate, instance }) => {
      mailGate.open();
      instance.order({});
    },
  },
  "disk-full": {
    begin: ({ disk }) => disk?.fill(),
    end: ({ disk }) => disk?.free(),
  },
  blip: {
    begin: ({ instance }) => instance.restart(),
    end: () => undefined,
  },
};
