import type { ComponentChildren } from "preact";
import { Fault } from "./fault.tsx";
import { Skeleton } from "./skeleton.tsx";
import type { Asked } from "./use-answer.ts";

export interface AskedContentProps<T> {
  readonly asked: Asked<T>;
  /** What is asked for, as in `The incidents`. */
  readonly what: string;
  /** Rows of the skeleton: about as tall as what comes. */
  readonly rows?: number;
  readonly children: (value: T) => ComponentChildren;
}

/** What an answer fills: a skeleton before it, an old answer with a warning when a newer one failed. */
export function AskedContent<T>({ asked, what, rows = 4, children }: AskedContentProps<T>) {
  const { value, problem, reload } = asked;
  return (
    <>
      {problem !== null && (
        <Fault what={`${what} could not be loaded`} problem={problem} retry={reload} {...(value === null ? {} : { meanwhile: "Below is what came before." })} />
      )}
      {value !== null && children(value)}
      {value === null && problem === null && <Skeleton rows={rows} />}
    </>
  );
}
