import type { PostmortemView } from "../../desk/views.ts";
import { AskedContent } from "../parts/asked-content.tsx";
import { Empty } from "../parts/empty.tsx";
import { Field } from "../parts/field.tsx";
import { fieldText } from "../parts/field-text.ts";
import { notifyProblem } from "../parts/notices.tsx";
import { Panel } from "../parts/panel.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { ActionRow } from "./action-row.tsx";
import { PostmortemEditor } from "./postmortem-editor.tsx";
import { write } from "./write.ts";

/** The post-mortem of one incident: its text, and what will be changed. */
export function PostmortemPage({ id }: { id: number }) {
  const path = `/api/incidents/${id}/postmortem`;
  const asked = useAnswer<PostmortemView>(path);
  return (
    <>
      <div class="page-head">
        <h1 class="page-title">Post-mortem of INC-{id}</h1>
        <a href={`/incidents/${id}`}>The incident</a>
        <a class="btn btn-sm" href={`${path}.md`} download={`INC-${id}.md`}>
          Export as Markdown
        </a>
      </div>
      <AskedContent asked={asked} what="The post-mortem" rows={14}>
        {(view) => (
          <>
            <PostmortemEditor view={view} onSaved={asked.replace} />
            <Actions view={view} reload={asked.reload} />
          </>
        )}
      </AskedContent>
    </>
  );
}

function Actions({ view: { incidentId, actions }, reload }: { view: PostmortemView; reload: () => void }) {
  async function add(form: HTMLFormElement): Promise<void> {
    const fields = new FormData(form);
    const [owner, due] = [fieldText(fields, "owner"), fieldText(fields, "due")];
    const answer = await write("POST", `/api/incidents/${incidentId}/actions`, {
      text: fieldText(fields, "text"),
      ...(owner === "" ? {} : { owner }),
      ...(due === "" ? {} : { due_at_ms: Date.parse(due) }),
    });
    if (!answer.isOk) return notifyProblem("The action is not kept", answer.problem);
    form.reset();
    reload();
  }
  return (
    <Panel title="Actions">
      {actions.length === 0 && <Empty>None yet. What will be changed so that this is noticed sooner, ends sooner, or does not happen again?</Empty>}
      <ul class="rows">
        {actions.map((action) => (
          <ActionRow key={action.id} action={action} reload={reload} />
        ))}
      </ul>
      <form
        class="filter-form"
        onSubmit={(event) => {
          event.preventDefault();
          void add(event.currentTarget);
        }}
      >
        <Field label="New action" class="flex-[2_1_240px]">
          <input class="input input-sm" name="text" required maxLength={500} />
        </Field>
        <Field label="Owner" class="flex-[1_1_120px]">
          <input class="input input-sm" name="owner" maxLength={100} />
        </Field>
        <Field label="Due">
          <input class="input input-sm" name="due" type="date" />
        </Field>
        <button type="submit" class="btn btn-sm">
          Add
        </button>
      </form>
    </Panel>
  );
}
