import { AskedContent } from "../parts/asked-content.tsx";
import { Empty } from "../parts/empty.tsx";
import { Panel } from "../parts/panel.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { useListKeys } from "../parts/use-list-keys.ts";

/** One runbook for every alert. */
export function RunbooksPage() {
  const asked = useAnswer<{ runbooks: readonly { name: string; summary: string }[] }>("/api/runbooks");
  useListKeys();
  return (
    <>
      <div class="page-head">
        <h1 class="page-title">Runbooks</h1>
      </div>
      <Panel title="One for every alert">
        <AskedContent asked={asked} what="The runbooks" rows={14}>
          {({ runbooks }) =>
            runbooks.length === 0 ? (
              <Empty>No runbooks were found beside the program.</Empty>
            ) : (
              <ul class="rows">
                {runbooks.map(({ name, summary }) => (
                  <li key={name} class="row">
                    <a class="runbook-name" href={`/runbooks/${name}`} data-row>
                      {name}
                    </a>
                    <span class="row-main muted">{summary.replaceAll("**", "")}</span>
                  </li>
                ))}
              </ul>
            )
          }
        </AskedContent>
      </Panel>
    </>
  );
}
