import type { Incident } from "../../storage/desk/incident-store.ts";
import { Field } from "../parts/field.tsx";
import { fieldText } from "../parts/field-text.ts";
import { FormDialog } from "../parts/form-dialog.tsx";
import { router } from "../parts/router.ts";
import { write } from "./write.ts";

/** A person says that something is wrong before any alert does. */
export function DeclareDialog({ onClose }: { onClose: () => void }) {
  return (
    <FormDialog
      title="Declare an incident"
      verb="Declare"
      onClose={onClose}
      submit={async (fields) => {
        const answer = await write<Incident>("POST", "/api/incidents", {
          title: fieldText(fields, "title"),
          severity: fieldText(fields, "severity"),
          service: fieldText(fields, "service"),
        });
        if (!answer.isOk) return answer.problem;
        router.go(`/incidents/${answer.value.id}`);
        return null;
      }}
    >
      <Field label="What is wrong, as a customer would say it">
        <input class="input" name="title" required maxLength={200} autofocus />
      </Field>
      <div class="form-row">
        <Field label="Severity" hint="A page wakes people.">
          <select class="select" name="severity">
            <option>page</option>
            <option>ticket</option>
          </select>
        </Field>
        <Field label="Service" class="flex-1">
          <input class="input" name="service" defaultValue="link-service" required />
        </Field>
      </div>
    </FormDialog>
  );
}
