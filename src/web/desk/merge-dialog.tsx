import type { Incident } from "../../storage/desk/incident-store.ts";
import { Field } from "../parts/field.tsx";
import { FormDialog } from "../parts/form-dialog.tsx";
import { notify } from "../parts/notices.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { write } from "./write.ts";

/** Gives the alerts of an incident to another one, and closes it. */
export function MergeDialog({ incident: { id }, onClose, reload }: { incident: Incident; onClose: () => void; reload: () => void }) {
  const { value } = useAnswer<{ incidents: readonly Incident[] }>("/api/incidents?state=open,acknowledged,mitigated,resolved&limit=50");
  const others = (value?.incidents ?? []).filter((other) => other.id !== id && other.mergedInto === null);
  return (
    <FormDialog
      title={`Merge INC-${id} into another incident`}
      verb="Merge"
      onClose={onClose}
      submit={async (fields) => {
        const into = Number(fields.get("into"));
        const answer = await write("POST", `/api/incidents/${id}/merge`, { into });
        if (!answer.isOk) return answer.problem;
        notify("good", `INC-${id} is part of INC-${into} now.`);
        reload();
        return null;
      }}
    >
      <p>The other incident takes over its alerts. The timeline of this one stays where it is.</p>
      <Field label="Into">
        <select class="select" name="into" required>
          {others.map((other) => (
            <option key={other.id} value={other.id}>
              INC-{other.id} {other.title} ({other.state})
            </option>
          ))}
        </select>
      </Field>
    </FormDialog>
  );
}
