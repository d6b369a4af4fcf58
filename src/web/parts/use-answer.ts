import { useCallback, useEffect, useState } from "preact/hooks";
import { ask, type Problem } from "./answer.ts";
import { settling } from "./settling.ts";

export interface Asked<T> {
  /** The newest answer; it stays while another one is asked for, so that nothing jumps. */
  readonly value: T | null;
  readonly problem: Problem | null;
  readonly isLoading: boolean;
  reload(): void;
  /** Takes over what a change answered. */
  replace(value: T): void;
}

/**
 * The answer of a path, asked again whenever the path changes.
 *
 * @param path null asks nothing
 * @param everyMs asks again after this time while the page is seen
 */
export function useAnswer<T>(path: string | null, everyMs?: number): Asked<T> {
  const [state, setState] = useState<{ value: T | null; problem: Problem | null; isLoading: boolean }>({
    value: null,
    problem: null,
    isLoading: path !== null,
  });
  const [round, setRound] = useState(0);
  const [end] = useState(() => (path === null ? null : settling.begin()));
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    const load = async (): Promise<void> => {
      const answer = await ask<T>("GET", path, undefined, abort.signal);
      if (abort.signal.aborted) return;
      end?.();
      setState((before) => (answer.isOk ? { value: answer.value, problem: null, isLoading: false } : { ...before, problem: answer.problem, isLoading: false }));
    };
    void load();
    return () => abort.abort();
  }, [path, round]);
  useEffect(() => () => end?.(), []);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);
  const replace = useCallback((value: T) => setState({ value, problem: null, isLoading: false }), []);
  return { ...state, reload, replace };
}
