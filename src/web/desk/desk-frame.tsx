import { useEffect, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { clock } from "../parts/clock.ts";
import type { StreamState } from "../parts/live-stream.ts";
import { PageFrame, type NavigationItem } from "../parts/page-frame.tsx";
import { router } from "../parts/router.ts";
import { StateMark, type State } from "../parts/state-mark.tsx";
import { agoText } from "../parts/time-text.ts";
import { live } from "./live.ts";
import { SignInDialog } from "./sign-in-dialog.tsx";
import { signInAsked } from "./write.ts";

const items: readonly NavigationItem[] = [
  { href: "/", name: "Now", key: "n", isMain: true },
  { href: "/incidents", name: "Incidents", key: "i", isMain: true },
  { href: "/alerts", name: "Alerts", key: "a", isMain: true },
  { href: "/logs", name: "Logs", key: "l", isMain: true },
  { href: "/objectives", name: "Objectives", key: "o" },
  { href: "/runbooks", name: "Runbooks", key: "b" },
  { href: "/postmortems", name: "Post-mortems", key: "p" },
  { href: "/drills", name: "Drills", key: "d" },
  { href: "/targets", name: "Targets", key: "t" },
  { href: "/settings", name: "Settings", key: "s" },
];

/** A stream that is back within this time was not worth a banner, in milliseconds. */
const bannerAfterMs = 6_000;

/** The frame of the desk's pages, with the state of everything and of the connection. */
export function DeskFrame({ children }: { children: ComponentChildren }) {
  return (
    <PageFrame items={items} status={<Status />} banner={<OfflineBanner />}>
      {children}
      <Announcement />
      {signInAsked.value && <SignInDialog onClose={() => (signInAsked.value = false)} />}
    </PageFrame>
  );
}

const streamMarks: Readonly<Record<StreamState, { state: State; word: string }>> = {
  live: { state: "good", word: "live" },
  connecting: { state: "unknown", word: "connecting" },
  lost: { state: "unknown", word: "offline" },
};

function Status() {
  const stream = live.stream.value?.state.value ?? "connecting";
  const now = live.now.value;
  const words = { good: "All well", warning: "Warning", bad: "Failing", unknown: "Unknown" } as const;
  return (
    <span class="desk-status">
      {router.place.value.path !== "/" && now !== null && (
        <a href="/" title={now.verdict.sentence}>
          <StateMark state={now.verdict.state} word={words[now.verdict.state]} />
        </a>
      )}
      <span class="small">
        <StateMark {...(live.isLocked.value ? { state: "unknown", word: "signed out" } : streamMarks[stream])} />
      </span>
    </span>
  );
}

function OfflineBanner() {
  const stream = live.stream.value;
  const seenMs = stream?.lastAtMs.value ?? null;
  // The time of the last event is the browser's, so it is compared with the browser's.
  const isShort = seenMs !== null && clock.nowMs.value > 0 && Date.now() - seenMs < bannerAfterMs;
  if (stream?.state.value !== "lost" || isShort) return null;
  return (
    <div class="banner" role="status">
      <StateMark state="unknown" word="Offline" />:{" "}
      {seenMs === null ? "nothing has come from the desk yet" : `the last word from the desk came ${agoText(seenMs, Date.now())}`}. Trying again by itself.
    </div>
  );
}

/** Tells screen readers, and the title of the window, about incidents. */
function Announcement() {
  const incidents = live.now.value?.incidents;
  const known = useRef<ReadonlySet<number> | null>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    if (incidents === undefined) return;
    const fresh = known.current === null ? [] : incidents.filter(({ id }) => known.current?.has(id) === false);
    known.current = new Set(incidents.map(({ id }) => id));
    if (fresh.length > 0) setText(`New incident: ${fresh.map(({ id, title }) => `INC-${id} ${title}`).join("; ")}`);
    const open = incidents.filter(({ state }) => state === "open").length;
    document.title = open === 0 ? "SREnity desk" : `(${open}) SREnity desk`;
  }, [incidents]);
  return (
    <p class="sr-only" aria-live="assertive">
      {text}
    </p>
  );
}
