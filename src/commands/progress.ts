import { SingleBar } from "cli-progress";

/** How often a line tells of progress when nobody watches a terminal, in milliseconds. */
const lineEveryMs = 10_000;
/** Redraws of the bar per second. */
const redrawsPerSecond = 8;

export interface Progress {
  /** `done` of the total, in its unit; `note` says more, such as rows. */
  update(done: number, note: string): void;
  stop(): void;
}

/** Shows how far a command is, on standard error: a bar on a terminal, else a line every 10 s. */
export function startProgress(title: string, total: number): Progress {
  return process.stderr.isTTY ? startBar(title, total) : startLines(title, total);
}

const percent = (done: number, total: number): string => `${total > 0 ? Math.min(100, Math.floor((done / total) * 100)) : 100} %`;

function startBar(title: string, total: number): Progress {
  const bar = new SingleBar({
    format: `${title} {bar} {percentage} % {note}`,
    stream: process.stderr,
    fps: redrawsPerSecond,
    hideCursor: true,
    barsize: 30,
    linewrap: false,
  });
  bar.start(Math.max(total, 1), 0, { note: "" });
  return {
    update: (done, note) => bar.update(Math.min(done, Math.max(total, 1)), { note }),
    stop: () => bar.stop(),
  };
}

function startLines(title: string, total: number): Progress {
  let toldAtMs = performance.now();
  return {
    update: (done, note) => {
      if (performance.now() - toldAtMs < lineEveryMs) return;
      toldAtMs = performance.now();
      process.stderr.write(`${title} ${percent(done, total)} ${note}\n`);
    },
    stop: () => {},
  };
}
