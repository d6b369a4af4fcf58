import type { Config } from "../config.ts";
import { restoreStore } from "../storage/sqlite/restore.ts";
import { answerHelp, exitUsage, readArguments } from "./arguments.ts";

const help = `Usage: srenity restore FILE

Puts a backup in the place of the store in DATA_DIR. The service must be stopped. The backup is checked first; the store
that is there now is kept beside it under another name, which is printed.

Options:
  -h, --help  show this
`;

/** The command `restore`. @returns the exit status @throws OperatorError */
export async function runRestore(args: string[], config: Config): Promise<number> {
  const read = readArguments(args, {}, { least: 1, most: 1 });
  const status = answerHelp(read, help);
  if (status !== null || typeof read === "string") return status ?? exitUsage;
  const { file, kept, rows } = restoreStore(read.words[0] as string, config.DATA_DIR, Date.now());
  const { users = 0, links = 0, events = 0, clicks = 0 } = rows;
  const undo = kept ? `  the store from before is ${kept}\n  to undo this: srenity restore ${kept}\n` : "  there was no store before\n";
  process.stdout.write(`Restored: ${file}\n  checked: ${users} users, ${links} links, ${events} events, ${clicks} clicks\n${undo}`);
  return 0;
}
