import { computed, signal } from "@preact/signals";
import type { NowView } from "../../desk/views.ts";
import { ask, type Problem } from "../parts/answer.ts";
import { clock } from "../parts/clock.ts";
import { openLiveStream, type LiveStream } from "../parts/live-stream.ts";
import { settling } from "../parts/settling.ts";
import { signInAsked } from "./write.ts";

/** The desk tells its state every 5 s; three missed ones mean that the connection is gone, in milliseconds. */
const silentMostMs = 15_000;
const unauthorized = 401;

export interface IncidentNews {
  readonly id: number;
  /** Grows with every piece of news, so that the same one twice is seen twice. */
  readonly count: number;
}

/** What the desk says at the moment, over all pages. */
export const live = {
  now: signal<NowView | null>(null),
  problem: signal<Problem | null>(null),
  news: signal<IncidentNews>({ id: 0, count: 0 }),
  /** Null until the desk has answered once, and as long as it asks for a key. */
  stream: signal<LiveStream | null>(null),
  /** Whether nothing is shown because the desk asks who is there. */
  isLocked: computed((): boolean => live.now.value === null && live.problem.value?.status === unauthorized),
  async start(): Promise<void> {
    const end = settling.begin();
    await live.reload();
    end();
    if (!live.isLocked.value) live.stream.value = follow();
  },
  /** Asks for the state outside of the stream: at the start, when the stream breaks, and after a change of one's own. */
  async reload(): Promise<void> {
    const answer = await ask<NowView>("GET", "/api/now");
    if (answer.isOk) return take(answer.value);
    live.problem.value = answer.problem;
    if (answer.problem.status === unauthorized) signInAsked.value = true;
  },
};

function follow(): LiveStream {
  return openLiveStream({
    path: "/api/stream",
    silentMostMs,
    events: {
      now: (content) => take(content as NowView),
      incident: (content) => {
        live.news.value = { id: (content as { id: number }).id, count: live.news.value.count + 1 };
        void live.reload();
      },
    },
    onLost: () => void live.reload(),
  });
}

function take(view: NowView): void {
  clock.follow(view.nowMs);
  live.problem.value = null;
  live.now.value = view;
}
