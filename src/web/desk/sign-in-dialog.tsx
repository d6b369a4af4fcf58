import { ask } from "../parts/answer.ts";
import { Field } from "../parts/field.tsx";
import { fieldText } from "../parts/field-text.ts";
import { FormDialog } from "../parts/form-dialog.tsx";
import { notify } from "../parts/notices.tsx";
import { live } from "./live.ts";

/** Asks for the key; the desk keeps it in a cookie that scripts cannot read. */
export function SignInDialog({ onClose }: { onClose: () => void }) {
  return (
    <FormDialog
      title="Sign in"
      verb="Sign in"
      onClose={onClose}
      submit={async (fields) => {
        const name = fieldText(fields, "name");
        const answer = await ask<{ author: string }>("POST", "/api/session", { key: fieldText(fields, "key"), ...(name === "" ? {} : { name }) });
        if (!answer.isOk) return answer.problem;
        // Nothing was shown before, so that nothing is lost by asking for all of it again.
        if (live.now.value === null) location.reload();
        notify("good", `Signed in as ${answer.value.author}. Try again what you were about to do.`);
        return null;
      }}
    >
      <p>This desk asks who is there. Its keys are in the setting AUTH_KEYS.</p>
      <Field label="Key">
        <input class="input" name="key" type="password" autocomplete="current-password" required autofocus />
      </Field>
      <Field label="Your name, as the timeline will tell it">
        <input class="input" name="name" autocomplete="name" maxLength={60} />
      </Field>
    </FormDialog>
  );
}
