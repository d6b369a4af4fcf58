import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "./answer.ts";
import { Dialog } from "./dialog.tsx";
import { StateMark } from "./state-mark.tsx";

export interface FormDialogProps {
  readonly title: string;
  /** The verb of what happens: `Resolve`. */
  readonly verb: string;
  onClose(): void;
  /** Does it; a problem keeps the dialog open and is shown in it. */
  submit(fields: FormData): Promise<Problem | null>;
  readonly children?: ComponentChildren;
}

/** A question with fields, or only a confirmation. */
export function FormDialog({ title, verb, onClose, submit, children }: FormDialogProps) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  async function send(form: HTMLFormElement): Promise<void> {
    setBusy(true);
    const found = await submit(new FormData(form));
    setBusy(false);
    if (found === null) onClose();
    else setProblem(found);
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void send(event.currentTarget);
        }}
      >
        {children}
        {problem !== null && (
          <p role="alert">
            <StateMark state="bad" word="Not done" />: {problem.detail}
          </p>
        )}
        <div class="form-buttons">
          <button type="submit" class="btn btn-primary" disabled={isBusy} autofocus={children === undefined}>
            {verb}
          </button>
          <button type="button" class="btn" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
