import type { Labels } from "../evaluate/series-source.ts";
import type { SeriesTemplates } from "./series-templates.ts";
import type { SeriesTemplate } from "./series-text.ts";

/** A series as its target wrote it before; the same object at every scrape, so that others can recognise it by identity. */
export interface KnownSeries {
  readonly labels: Labels;
  /** As it was written first. */
  readonly text: string;
  /** Number of the scrape that saw it last. */
  seenIn: number;
  /** Whether a scrape that was read to its end has given it. */
  isGiven: boolean;
}

/** What a target's series are called, kept from scrape to scrape: reading labels costs more than all the rest. */
export interface SeriesMemory {
  /** Starts a scrape; its number. */
  begin(): number;
  /** The series that came at this place last time: targets keep their order, and to compare is cheaper than to search. */
  expected(): KnownSeries | undefined;
  /** The series of a text such as `up{route="/"}`, or the fault in words. */
  find(text: string): KnownSeries | string;
  /** Notes that a series came at this place. */
  advance(series: KnownSeries): void;
  /** Ends a scrape that was read whole: the series it no longer has. */
  finish(): Labels[];
  /** The target gave nothing: every series ends. */
  endAll(): Labels[];
}

/** Spellings kept beyond one for each series; a target that keeps changing its spelling is read afresh. */
const spareSpellingsMost = 1_000;

/** Makes the memory of one target, whose own labels every series carries. */
export function createSeriesMemory(targetLabels: Labels, templates: SeriesTemplates): SeriesMemory {
  const byText = new Map<string, KnownSeries>();
  const byKey = new Map<string, KnownSeries>();
  const order: KnownSeries[] = [];
  let place = 0;
  let scrape = 0;

  const learn = (text: string): KnownSeries | string => {
    const template = templates.find(text);
    if (typeof template === "string") return template;
    const series = byKey.get(template.key) ?? { labels: labelsOf(template, targetLabels), text: template.text, seenIn: 0, isGiven: false };
    byKey.set(template.key, series);
    byText.set(template.text, series);
    return series;
  };
  const forgetUnseen = (): Labels[] => {
    const ended: Labels[] = [];
    for (const [key, series] of byKey) {
      if (series.seenIn === scrape) {
        series.isGiven = true;
        continue;
      }
      if (series.isGiven) ended.push(series.labels);
      byKey.delete(key);
    }
    return ended;
  };

  return {
    begin: () => {
      place = 0;
      return ++scrape;
    },
    expected: () => order[place],
    find: (text) => byText.get(text) ?? learn(text),
    advance: (series) => void (order[place++] = series),
    finish: () => {
      order.length = place;
      const countBefore = byKey.size;
      const ended = forgetUnseen();
      if (byText.size > byKey.size + spareSpellingsMost) byText.clear();
      else if (byKey.size < countBefore) for (const [text, series] of byText) if (series.seenIn !== scrape) byText.delete(text);
      return ended;
    },
    endAll: () => {
      const ended = [...byKey.values()].flatMap(({ isGiven, labels }) => (isGiven ? [labels] : []));
      byKey.clear();
      byText.clear();
      order.length = 0;
      return ended;
    },
  };
}

function labelsOf({ labels }: SeriesTemplate, targetLabels: Labels): Labels {
  const made: Record<string, string> = {};
  for (const { name, value } of labels) {
    const text = value ?? targetLabels[name];
    if (text !== undefined) made[name] = text;
  }
  return made;
}
