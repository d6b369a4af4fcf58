import { useEffect, useRef, useState } from "preact/hooks";
import type { LogLineView } from "../../desk/views.ts";
import { openLiveStream, type StreamState } from "../parts/live-stream.ts";

export type LogFilter = Readonly<Record<string, string>>;

/** Lines that are kept on the page; older ones are found by searching. */
const linesMost = 300;
/** Between two looks at what has come, in milliseconds: a busy log must not draw at every line. */
const drawEveryMs = 250;

const ranks: Readonly<Record<string, number>> = { unknown: 0, trace: 1, debug: 2, info: 3, warn: 4, error: 5, fatal: 6 };

function matches(line: LogLineView, filter: LogFilter): boolean {
  const text = filter["text"]?.toLowerCase();
  if (filter["level"] !== undefined && (ranks[line.level] ?? 0) < (ranks[filter["level"]] ?? 0)) return false;
  if (filter["route"] !== undefined && line.route !== filter["route"]) return false;
  if (filter["request_id"] !== undefined && line.requestId !== filter["request_id"]) return false;
  return text === undefined || `${line.message} ${JSON.stringify(line.fields)}`.toLowerCase().includes(text);
}

/** Follows the log, newest line first; while paused, lines wait and are counted. */
export function useLogTail(filter: LogFilter, isPaused: boolean): { lines: readonly LogLineView[]; waiting: number; state: StreamState } {
  const [lines, setLines] = useState<readonly LogLineView[]>([]);
  const [waiting, setWaiting] = useState(0);
  const [state, setState] = useState<StreamState>("connecting");
  const fresh = useRef<LogLineView[]>([]);
  useEffect(() => {
    const stream = openLiveStream({
      path: `/api/logs/stream?${new URLSearchParams(filter).toString()}`,
      silentMostMs: null,
      events: {
        line: (content) => {
          if (!matches(content as LogLineView, filter)) return;
          fresh.current = [...fresh.current, content as LogLineView].slice(-linesMost);
        },
      },
    });
    const stop = stream.state.subscribe(setState);
    return () => {
      stop();
      stream.close();
    };
  }, []);
  useEffect(() => {
    const timer = setInterval(() => {
      if (isPaused) return setWaiting(fresh.current.length);
      if (fresh.current.length === 0) return;
      const come = fresh.current.toReversed();
      fresh.current = [];
      setLines((before) => [...come, ...before].slice(0, linesMost));
    }, drawEveryMs);
    return () => clearInterval(timer);
  }, [isPaused]);
  return { lines, waiting, state };
}
