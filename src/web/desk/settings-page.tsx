import { AskedContent } from "../parts/asked-content.tsx";
import { Panel } from "../parts/panel.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { ChannelPanel } from "./channel-panel.tsx";
import { MaintenancePanel } from "./maintenance-panel.tsx";
import { SessionPanel } from "./session-panel.tsx";

interface SettingsAnswer {
  readonly settings: readonly { readonly name: string; readonly value: string; readonly sentence: string }[];
  readonly version: string;
}

/** Who is told and how, planned work, who is signed in, and the settings that the desk was started with. */
export function SettingsPage() {
  const asked = useAnswer<SettingsAnswer>("/api/settings");
  return (
    <>
      <div class="page-head">
        <h1 class="page-title">Settings</h1>
      </div>
      <ChannelPanel />
      <MaintenancePanel />
      <SessionPanel />
      <Panel title="Started with" aside={asked.value !== null && <span class="muted">version {asked.value.version}</span>}>
        <p class="muted">Settings come from the environment at the start; secrets are only said to be set.</p>
        <AskedContent asked={asked} what="The settings" rows={10}>
          {({ settings }) => (
            <ul class="rows">
              {settings.map(({ name, value, sentence }) => (
                <li key={name} class="row">
                  <span class="row-main">
                    <code>{name}</code>
                    <span class="block small muted">{sentence}</span>
                  </span>
                  <code class="setting-value">{value === "" ? "empty" : value}</code>
                </li>
              ))}
            </ul>
          )}
        </AskedContent>
      </Panel>
    </>
  );
}
