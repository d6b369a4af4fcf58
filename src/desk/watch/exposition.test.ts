import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Labels } from "../evaluate/series-source.ts";
import { type Exposition, expositionLengthMost, parseExposition } from "./exposition.ts";
import { createNameFilter } from "./name-filter.ts";
import { createSeriesMemory, type SeriesMemory } from "./series-memory.ts";
import { createSeriesTemplates } from "./series-templates.ts";

interface ParseOptions {
  wanted?: string[];
  isOpenMetrics?: boolean;
  memory?: SeriesMemory;
  added?: Labels;
}

const memoryOf = (added: Labels = {}): SeriesMemory => createSeriesMemory(added, createSeriesTemplates());

function parse(text: string, { wanted, isOpenMetrics = false, added = {}, memory = memoryOf(added) }: ParseOptions = {}): Exposition {
  return parseExposition(text, { isWanted: wanted ? createNameFilter(wanted) : null, isOpenMetrics, memory });
}

/** Labels and values of a text that can be read. */
function read(text: string, options: ParseOptions = {}): [Labels, number][] {
  const found = parse(text, options);
  if (!found.isRead) throw new Error(found.fault);
  return found.samples.map(({ labels, value }) => [labels, value]);
}

function faultOf(text: string, options: ParseOptions = {}): string | null {
  const found = parse(text, options);
  return found.isRead ? null : found.fault;
}

const spell = (value: number): string => (Number.isFinite(value) ? String(value) : value > 0 ? "+Inf" : "-Inf");
const escaped = (value: string): string =>
  value
    .replaceAll("\\", String.raw`\\`)
    .replaceAll("\n", String.raw`\n`)
    .replaceAll('"', String.raw`\"`);

function render({ __name__: name, ...labels }: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${spell(value)}\n`;
}

const labelNames = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,20}$/);
const labelValues = fc.string({ unit: fc.constantFrom(...'ab\\"\n{}=, #é😀\u0000'), minLength: 1, maxLength: 20 });
const series = fc
  .record({ name: fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,30}$/), labels: fc.dictionary(labelNames, labelValues, { maxKeys: 6 }) })
  .map(({ name, labels }): Labels => ({ __name__: name, ...Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))) }));
const values = fc.double({ noNaN: true }).map((value) => (value === 0 ? 0 : value));

describe("the text of a target", () => {
  test("gives back every series and value that was written", () => {
    const scrape = fc.uniqueArray(fc.tuple(series, values), { maxLength: 20, selector: ([labels]) => JSON.stringify(labels) });
    fc.assert(
      fc.property(scrape, fc.boolean(), (samples, isOpenMetrics) => {
        const text = samples.map(([labels, value]) => `# HELP x y\n${render(labels, value)}`).join("");
        expect(read(isOpenMetrics ? `${text}# EOF\n` : text, { isOpenMetrics })).toEqual(samples);
      }),
      { numRuns: 200 },
    );
  });

  test("is read or refused in words, whatever it is, and never throws", () => {
    const pieces = fc.constantFrom(
      "a",
      "up",
      "{",
      "}",
      '"',
      "\\",
      "=",
      ",",
      " ",
      "\t",
      "\n",
      "#",
      "# EOF",
      "1",
      "NaN",
      "+Inf",
      "-",
      ".",
      "e",
      "é",
      "\u0000",
      "\ud800",
      "__name__",
    );
    const garbage = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(pieces, { maxLength: 60 }).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(garbage, fc.boolean(), (text, isOpenMetrics) => {
        const found = parse(text, { isOpenMetrics });
        if (!found.isRead) expect(found.fault).toMatch(/^(line \d+: )?[a-z# ].+/);
        else for (const { value } of found.samples) expect(value).not.toBeNaN();
      }),
      { numRuns: 500 },
    );
  });

  test("is read the same by one who knows the target as by one who does not, and every series that goes is told once", () => {
    const names = ["a", "ab", 'a{b="c"}', 'a{b="c",d="e"}', 'a{d="e",b="c"}', "z"];
    const line = fc.tuple(fc.constantFrom(...names), fc.constantFrom("1", "2.5", "NaN"));
    fc.assert(
      fc.property(fc.array(fc.array(line, { maxLength: 8 }), { maxLength: 6 }), fc.boolean(), (scrapes, isFiltered) => {
        const memory = memoryOf();
        const more = isFiltered ? { wanted: ["a", "z"] } : {};
        let before = new Set<string>();
        for (const lines of scrapes) {
          const text = lines.map(([series, value]) => `${series} ${value}\n`).join("");
          const found = parse(text, { memory, ...more });
          expect(found).toMatchObject({ samples: read(text, more).map(([labels, value]) => ({ labels, value })) });
          const now = new Set(read(text, more).map(([labels]) => JSON.stringify(labels)));
          expect(new Set(found.ended.map((labels) => JSON.stringify(labels)))).toEqual(before.difference(now));
          before = now;
        }
      }),
      { numRuns: 500 },
    );
  });

  test("may have blanks, comments, times and a comma behind the last label", () => {
    expect(read('\n# TYPE up gauge\n  up\t{ route = "a" , } 1 1395066363000\nplain 2 -5\n')).toEqual([
      [{ __name__: "up", route: "a" }, 1],
      [{ __name__: "plain" }, 2],
    ]);
  });

  test("may have exemplars and fractions of a time in OpenMetrics, and has to end with # EOF there", () => {
    const line = 'a_bucket{le="1.0"} 3 1.5 # {trace_id="x y"} 0.6 1.2\nb 1 # {} 2\n';
    expect(read(`${line}# EOF\n`, { isOpenMetrics: true })).toEqual([
      [{ __name__: "a_bucket", le: "1.0" }, 3],
      [{ __name__: "b" }, 1],
    ]);
    expect(faultOf(line)).toContain("line 1");
    expect(faultOf(line, { isOpenMetrics: true })).toBe("cut off before # EOF");
    expect(faultOf("# EOF\nup 1\n", { isOpenMetrics: true })).toBe("line 2: something follows # EOF");
  });

  test("is refused as a whole when it is cut off within a line: 12 is not 123", () => {
    expect(faultOf("up 1\nrequests_total 12")).toBe("line 2: cut off before its end");
  });

  test.each([
    ["a name that begins with a digit", "1up 1", "no name"],
    ["no name before its labels", '{job="a"} 1', "no name"],
    ["no value", "up", "no value"],
    ["no value behind labels", "up{} ", "no value"],
    ["a hexadecimal value", "up 0x10", "no number"],
    ["a value with digits set apart", "up 1_000", "no number"],
    ["an endless value", `up ${"1".repeat(65)}`, "no number"],
    ["a word as its time", "up 1 now", "time"],
    ["a third number", "up 1 2 3", "follows"],
    ["an open quote", 'up{job="a} 1', "no end"],
    ["an open brace", 'up{job="a" 1', "no end"],
    ["labels without a comma", 'up{job="a"b="c"} 1', "comma"],
    ["a value without quotes", "up{job=a} 1", "label"],
    ["a label that begins with a digit", 'up{1a="b"} 1', "label"],
    ["a label twice", 'up{a="b",a="c"} 1', "twice"],
    ["the label of the name", 'up{__name__="down"} 1', "reserved"],
    ["the label __proto__", 'up{__proto__="x"} 1', "reserved"],
    ["something behind the time, without a blank before the value", 'up{a="b"}1 2 3', "follows"],
    ["a long name", `${"a".repeat(201)} 1`, "longer than 200"],
    ["a long label", `up{${"a".repeat(129)}="b"} 1`, "longer than 128"],
    ["a long value of a label", `up{a="${"b".repeat(1_025)}"} 1`, "longer than 1024"],
    ["many labels", `up{${Array.from({ length: 33 }, (_, index) => `a${index}="b"`).join(",")}} 1`, "more than 32 labels"],
    ["an endless series", `up{a="${"b".repeat(9_000)}"} 1`, "8192"],
  ])("is refused for %s", (_, line, words) => {
    expect(faultOf(`fine 1\n${line}\n`)).toContain(words);
    expect(faultOf(`fine 1\n${line}\n`)).toStartWith("line 2: ");
  });
});

describe("a target", () => {
  test("keeps its own job and instance as exported_job and exported_instance", () => {
    const added = { job: "link-service", instance: "a:80" };
    expect(read('x{job="mine",exported_job="older",instance="b"} 1\n', { added })).toEqual([
      [{ __name__: "x", exported_exported_job: "mine", exported_instance: "b", exported_job: "older", instance: "a:80", job: "link-service" }, 1],
    ]);
  });

  test("that names a series twice, in any order of labels, counts with the first", () => {
    const found = parse('x{a="1",b="2"} 1\nx{b="2",a="1"} 2\nx{a="1",b="2",c=""} 3\n');
    expect(found).toMatchObject({ isRead: true, duplicates: 2, samples: [{ value: 1 }] });
  });

  test("is told apart by labels that only look alike", () => {
    expect(read('x{a="1,b=2"} 1\nx{a="1",b="2"} 2\n')).toHaveLength(2);
  });

  test("ends a series when it is gone, has no value, or the text cannot be read; and begins it again", () => {
    const memory = memoryOf();
    const endedBy = (text: string): (string | undefined)[] => parse(text, { memory }).ended.map((labels) => labels["__name__"]);
    expect(endedBy("a 1\nb 1\n")).toEqual([]);
    expect(endedBy("a 1\n")).toEqual(["b"]);
    expect(endedBy("a NaN\nb 1\n")).toEqual(["a"]);
    expect(endedBy("a 1\n")).toEqual(["b"]);
    expect(endedBy("a 1\nnew 1\nbroken\n")).toEqual(["a"]);
    expect(endedBy("still broken\n")).toEqual([]);
    expect(endedBy("a 1\n")).toEqual([]);
  });

  test("gives the same labels object for a series at every scrape", () => {
    const memory = memoryOf();
    const [first, second] = [read('a{b="c"} 1\n', { memory }), read('a{b="c"} 2\n', { memory })];
    expect(second[0]?.[0]).toBe(first[0]?.[0] as Labels);
  });
});

describe("a hostile text", () => {
  /** The fault, and the processor time it took to find, in milliseconds. */
  const timed = (text: string): { fault: string | null; tookMs: number } => {
    const before = process.cpuUsage();
    const fault = faultOf(text);
    const { user, system } = process.cpuUsage(before);
    return { fault, tookMs: (user + system) / 1_000 };
  };

  test.each([
    ["millions of empty lines", "\n".repeat(expositionLengthMost), "more than 20000 lines"],
    ["too many characters", " ".repeat(expositionLengthMost + 1), "longer than 2097152 characters"],
    ["one endless label", `a{b="${"x".repeat(expositionLengthMost - 100)}`, "cut off"],
    ["one endless line of labels", `a{${'b="",'.repeat(300_000)}} 1\n`, "the labels have no end within 8192 characters"],
    ["a million new series", Array.from({ length: 60_000 }, (_, index) => `a{b="${index}"} 1\n`).join(""), "more than 10000 samples"],
    ["one series again and again", 'a{b="c"} 1\n'.repeat(100_000), "more than 20000 lines"],
  ])("of %s is refused within a moment", (_, text, words) => {
    const { fault, tookMs } = timed(text);
    expect(fault).toContain(words);
    expect(tookMs).toBeLessThan(500);
  });

  test("that is spelt differently every time fills what targets share to its limit, and then it starts anew", () => {
    const templates = createSeriesTemplates();
    const text = (index: number): string => `a{x="${index}",y="${"z".repeat(1_000)}"}`;
    const first = templates.find(text(0));
    for (let index = 1; index < 4_000; index++) templates.find(text(index));
    expect(templates.find(text(0))).toBe(first);
    for (let index = 4_000; index < 5_000; index++) templates.find(text(index));
    expect(templates.find(text(0))).not.toBe(first);
  });

  test("is let go, though its series are kept", () => {
    const memory = memoryOf();
    const before = process.memoryUsage.rss();
    for (let scrape = 1; scrape <= 150; scrape++) {
      const lines = Array.from({ length: scrape }, (_, index) => `some_metric_with_a_name{label="with a value ${index}"} 1\n`);
      expect(parse(`# ${scrape}${" ".repeat(2_000_000)}\n${lines.join("")}`, { memory }).isRead).toBe(true);
    }
    Bun.gc(true);
    expect(process.memoryUsage.rss() - before).toBeLessThan(150_000_000);
  }, 20_000);

  test("in metrics that nobody wants is passed over", () => {
    const lines = 'noise{a="b\n'.repeat(10_000);
    expect(read(`${lines}up 1\n`, { wanted: ["up"] })).toEqual([[{ __name__: "up" }, 1]]);
    expect(read("upper 1\nu 1\nup 2\n", { wanted: ["up"] })).toEqual([[{ __name__: "up" }, 2]]);
  });
});

test("2 000 samples of a known target take less than 5 ms of processor time", () => {
  const lines = Array.from(
    { length: 2_000 },
    (_, index) => `srenity_http_request_duration_seconds_bucket{method="GET",route="/urls/:id/${index}",status_class="2xx",le="0.025"} ${index * 1.5}\n`,
  );
  const text = lines.join("");
  const memory = memoryOf({ job: "link-service", instance: "a:80" });
  const rounds = 30;
  for (let round = 0; round < rounds; round++) parse(text, { memory });
  let leastMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    expect(parse(text, { memory }).isRead).toBe(true);
    const { user, system } = process.cpuUsage(before);
    leastMs = Math.min(leastMs, (user + system) / 1_000);
  }
  expect(leastMs).toBeLessThan(5);
});
