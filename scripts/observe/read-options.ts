import { parseArgs } from "node:util";

export const observeHelp = `npm run observe: the link service with Prometheus, Alertmanager and a mailbox around it, on this machine only

  npm run observe -- [options]

  --folder DIR              keep the state and the logs in DIR; otherwise a temporary folder, removed at the end
  --fast                    shorten the rules' times: an hour passes in a minute, so an outage is mailed in seconds
  --for SECONDS             end by itself after so long
  --requests-per-second N   synthetic traffic, 0 to 200; 10 unless said otherwise
  --no-traffic              the same as 0
  --restart-after SECONDS   start the link service again so long after it died; otherwise type r and Enter
  --free-ports              take free ports instead of those of ops/addresses.json
  --help                    show this

Ctrl-C stops everything.`;

export interface ObserveOptions {
  isHelpWanted: boolean;
  /** Where state is kept; null for a temporary folder. */
  folder: string | null;
  isFast: boolean;
  /** How long to run, in seconds; null for until told to stop. */
  forS: number | null;
  /** Synthetic requests a second; 0 for none. */
  requestsPerSecond: number;
  /** How long the link service stays dead, in seconds; null for until told. */
  restartAfterS: number | null;
  takesFreePorts: boolean;
}

const trafficDefault = 10;
/** Gentle means that a laptop does not notice, in requests a second. */
const trafficMost = 200;
/** Longest time that can be asked for, in seconds: a week. */
const timeMostS = 604_800;

/** A number of the command line. @throws Error that says what is allowed */
function numberIn(name: string, text: string, [least, most]: readonly [number, number]): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < least || value > most) throw new Error(`--${name} must be a number from ${least} to ${most}.`);
  return value;
}

/** Reads the command line. @throws Error that says what is wrong with it */
export function readOptions(args: string[]): ObserveOptions {
  const { values } = parseArgs({
    args,
    options: {
      folder: { type: "string" },
      fast: { type: "boolean", default: false },
      for: { type: "string" },
      "requests-per-second": { type: "string" },
      "no-traffic": { type: "boolean", default: false },
      "restart-after": { type: "string" },
      "free-ports": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const seconds = (name: "for" | "restart-after"): number | null => (values[name] === undefined ? null : numberIn(name, values[name], [0, timeMostS]));
  const rate = values["requests-per-second"];
  const wanted = rate === undefined ? trafficDefault : numberIn("requests-per-second", rate, [0, trafficMost]);
  return {
    isHelpWanted: values.help,
    folder: values.folder ?? null,
    isFast: values.fast,
    forS: seconds("for"),
    requestsPerSecond: values["no-traffic"] ? 0 : wanted,
    restartAfterS: seconds("restart-after"),
    takesFreePorts: values["free-ports"],
  };
}
