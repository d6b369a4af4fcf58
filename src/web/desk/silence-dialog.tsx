import { Field } from "../parts/field.tsx";
import { fieldText } from "../parts/field-text.ts";
import { FormDialog } from "../parts/form-dialog.tsx";
import { notify } from "../parts/notices.tsx";
import { write } from "./write.ts";

const lengths = [
  { minutes: 30, text: "30 min" },
  { minutes: 60, text: "1 h" },
  { minutes: 120, text: "2 h" },
  { minutes: 480, text: "8 h" },
  { minutes: 1_440, text: "1 d" },
];

export interface SilenceDialogProps {
  /** Chosen at first; empty for none. */
  readonly name: string;
  readonly names: readonly string[];
  onClose(): void;
  onMade(): void;
}

/** Keeps a rule from mailing for a while, with a reason that others can read. */
export function SilenceDialog({ name, names, onClose, onMade }: SilenceDialogProps) {
  return (
    <FormDialog
      title="Silence a rule"
      verb="Silence"
      onClose={onClose}
      submit={async (fields) => {
        const body = { matchers: { alertname: fieldText(fields, "name") }, minutes: Number(fields.get("minutes")), comment: fieldText(fields, "comment") };
        const answer = await write("POST", "/api/silences", body);
        if (!answer.isOk) return answer.problem;
        notify("good", `${fieldText(fields, "name")} is silent.`);
        onMade();
        return null;
      }}
    >
      <Field label="Rule">
        <select class="select" name="name" required>
          {names.map((option) => (
            <option key={option} selected={option === name}>
              {option}
            </option>
          ))}
        </select>
      </Field>
      <Field label="For">
        <select class="select" name="minutes">
          {lengths.map(({ minutes, text }) => (
            <option key={minutes} value={minutes} selected={minutes === 60}>
              {text}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Why">
        <input class="input" name="comment" required maxLength={200} placeholder="Planned work on the disk" />
      </Field>
    </FormDialog>
  );
}
