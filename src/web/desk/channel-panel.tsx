import { useState } from "preact/hooks";
import type { ChannelView } from "../../desk/views.ts";
import { AskedContent } from "../parts/asked-content.tsx";
import { Empty } from "../parts/empty.tsx";
import { Moment } from "../parts/moment.tsx";
import { Panel } from "../parts/panel.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { write } from "./write.ts";

/** Where incidents are told, and what each of them truly answers to a test. */
export function ChannelPanel() {
  const asked = useAnswer<{ channels: readonly ChannelView[] }>("/api/channels");
  return (
    <Panel title="Channels">
      <AskedContent asked={asked} what="The channels" rows={3}>
        {({ channels }) =>
          channels.length === 0 ? (
            <Empty>Nobody is told yet. The settings for mail and webhooks, below, name the channels.</Empty>
          ) : (
            <ul class="rows">
              {channels.map((channel) => (
                <Channel key={channel.name} channel={channel} reload={asked.reload} />
              ))}
            </ul>
          )
        }
      </AskedContent>
    </Panel>
  );
}

function Channel({ channel: { name, kind, target, lastSentAtMs, lastFault }, reload }: { channel: ChannelView; reload: () => void }) {
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<{ ok: boolean; answer: string } | null>(null);
  async function sendTest(): Promise<void> {
    setBusy(true);
    const answer = await write<{ ok: boolean; answer: string }>("POST", `/api/channels/${encodeURIComponent(name)}/test`);
    setBusy(false);
    setOutcome(answer.isOk ? answer.value : { ok: false, answer: answer.problem.detail });
    reload();
  }
  return (
    <li class="row">
      <span class="row-main">
        <b>{name}</b> <span class="muted">{kind}</span>
        <span class="block small muted">
          {target} ·{" "}
          {lastSentAtMs === null ? (
            "nothing sent yet"
          ) : (
            <>
              last sent <Moment atMs={lastSentAtMs} />
            </>
          )}
        </span>
        <span class="block" aria-live="polite">
          {outcome !== null && (
            <>
              <StateMark state={outcome.ok ? "good" : "bad"} word={outcome.ok ? "Delivered" : "Not delivered"} />:{" "}
              <code class="whitespace-pre-line break-words">{outcome.answer}</code>
            </>
          )}
        </span>
      </span>
      {lastFault !== null && outcome === null && <StateMark state="bad" word={lastFault} />}
      <button type="button" class="btn btn-sm" aria-label={`Send a test to ${name}`} disabled={isBusy} onClick={() => void sendTest()}>
        {isBusy ? "Sending…" : "Send a test"}
      </button>
    </li>
  );
}
