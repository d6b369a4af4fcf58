import { useEffect, useState } from "preact/hooks";
import type { SeriesView } from "../../desk/views.ts";
import { ask, type Problem } from "../parts/answer.ts";
import type { ChartSpan } from "../parts/chart/chart-line.ts";

export type SignalViews = ReadonlyMap<string, SeriesView>;

export interface SignalsAnswer {
  /** By name of the signal; null until the first answers are here. */
  readonly views: SignalViews | null;
  /** The span that `views` show. */
  readonly span: ChartSpan;
  readonly problem: Problem | null;
  reload(): void;
}

/** Points of a chart: more than a card has columns. */
const pointsMost = 720;

/** Signals of one span, all at once; while newer ones are on their way, the ones before stay. */
export function useSignals(names: readonly string[], span: ChartSpan): SignalsAnswer {
  const [state, setState] = useState<Omit<SignalsAnswer, "reload">>({ views: null, span, problem: null });
  const [round, setRound] = useState(0);
  const joined = names.join();
  useEffect(() => {
    const abort = new AbortController();
    const load = async (): Promise<void> => {
      const asked = joined.split(",");
      const answers = await Promise.all(asked.map((name) => ask<SeriesView>("GET", pathOf(name, span), undefined, abort.signal)));
      if (abort.signal.aborted) return;
      const refused = answers.find((answer) => !answer.isOk);
      if (refused?.isOk === false) return setState((before) => ({ ...before, problem: refused.problem }));
      setState({ views: new Map(answers.flatMap((answer, index) => (answer.isOk ? [[asked[index] ?? "", answer.value]] : []))), span, problem: null });
    };
    void load();
    return () => abort.abort();
  }, [joined, span.fromMs, span.toMs, round]);
  return { ...state, reload: () => setRound(round + 1) };
}

function pathOf(name: string, { fromMs, toMs }: ChartSpan): string {
  return `/api/series?name=${encodeURIComponent(`signal:${name}`)}&from=${Math.round(fromMs)}&to=${Math.round(toMs)}&points=${pointsMost}`;
}
