import type { IncidentView } from "../../desk/views.ts";
import type { Incident } from "../../storage/desk/incident-store.ts";
import { FormDialog } from "../parts/form-dialog.tsx";
import { notify } from "../parts/notices.tsx";
import { router } from "../parts/router.ts";
import { write } from "./write.ts";

/** Makes an incident of its own of some of the alerts. */
export function SplitDialog({ view: { incident, alerts }, onClose, reload }: { view: IncidentView; onClose: () => void; reload: () => void }) {
  return (
    <FormDialog
      title={`Split INC-${incident.id}`}
      verb="Split"
      onClose={onClose}
      submit={async (fields) => {
        const answer = await write<Incident>("POST", `/api/incidents/${incident.id}/split`, { fingerprints: fields.getAll("fingerprint") });
        if (!answer.isOk) return answer.problem;
        notify("good", `INC-${answer.value.id} has these alerts now.`);
        reload();
        router.go(`/incidents/${answer.value.id}`);
        return null;
      }}
    >
      <p>The chosen alerts become a new incident.</p>
      {alerts.map(({ fingerprint, name, labels, endsAtMs }) => (
        <label key={fingerprint} class="check">
          <input type="checkbox" class="checkbox checkbox-sm" name="fingerprint" value={fingerprint} />
          <span>
            {name}
            {endsAtMs !== null && <span class="muted"> (over)</span>}
            <span class="block small muted mono">
              {Object.entries(labels)
                .map(([label, value]) => `${label}=${value}`)
                .join(" ")}
            </span>
          </span>
        </label>
      ))}
    </FormDialog>
  );
}
