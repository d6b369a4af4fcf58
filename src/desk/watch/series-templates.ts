import { readSeriesText, type SeriesTemplate } from "./series-text.ts";

/** Most characters of the texts that are shared, those of some 40 000 series; with their labels about 20 MB. */
const charactersMost = 4_194_304;

/** What series are called, shared by targets: those that run the same program write the same texts. */
export interface SeriesTemplates {
  /** The template of a text, or the fault in words. */
  find(text: string): SeriesTemplate | string;
}

/** Makes an empty set of templates; when it is full it starts anew. */
export function createSeriesTemplates(): SeriesTemplates {
  const byText = new Map<string, SeriesTemplate>();
  const words = new Map<string, string>();
  let characters = 0;

  /** One copy of a word, however many series use it. */
  const shared = (word: string): string => {
    const known = words.get(word);
    if (known !== undefined) return known;
    words.set(word, word);
    return word;
  };
  return {
    find: (text) => {
      const known = byText.get(text);
      if (known) return known;
      // A slice would keep the whole body alive for as long as the series is known.
      const read = readSeriesText(Buffer.from(text).toString());
      if (typeof read === "string") return read;
      characters += read.text.length;
      if (characters > charactersMost) {
        byText.clear();
        words.clear();
        characters = read.text.length;
      }
      const labels = read.labels.map(({ name, value }) => ({ name: shared(name), value: value === null ? null : shared(value) }));
      const template = { ...read, labels };
      byText.set(template.text, template);
      return template;
    },
  };
}
