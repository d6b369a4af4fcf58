import type { Problem } from "./answer.ts";
import { StateMark } from "./state-mark.tsx";

export interface FaultProps {
  /** What could not be done, as a sentence without its end: `The incidents could not be loaded`. */
  readonly what: string;
  readonly problem: Problem;
  retry(): void;
  /** What is shown meanwhile, or still works. */
  readonly meanwhile?: string;
}

/** What failed, why, what still works, and a way to try again. */
export function Fault({ what, problem, retry, meanwhile }: FaultProps) {
  return (
    <div class="fault" role="alert">
      <p>
        <StateMark state="bad" word={what} />. {problem.detail} {meanwhile}
      </p>
      <button type="button" class="btn btn-sm" onClick={retry}>
        Try again
      </button>
    </div>
  );
}
