import type { Config } from "../config.ts";
import { backupStore } from "../storage/sqlite/backup.ts";
import { answerHelp, exitUsage, readArguments } from "./arguments.ts";
import { startProgress } from "./progress.ts";

const help = `Usage: srenity backup [FILE] [options]

Writes a copy of the store in DATA_DIR as of one moment; the service may go on running. The copy is checked before it
takes its name, so a file of that name is a whole backup. \`srenity restore FILE\` brings it back.

Options:
  --force     replace FILE if it exists
  -h, --help  show this

Without FILE, the backup is srenity-backup-TIME.db in the current folder.
`;

const options = { force: { type: "boolean" } } as const;
const megabyte = 1_048_576;

/** The command `backup`. @returns the exit status @throws OperatorError */
export async function runBackup(args: string[], config: Config): Promise<number> {
  const read = readArguments(args, options, { least: 0, most: 1 });
  const status = answerHelp(read, help);
  if (status !== null || typeof read === "string") return status ?? exitUsage;
  const file = read.words[0] ?? `srenity-backup-${new Date().toISOString().replace(/[:.]/g, "-")}.db`;
  const progress = startProgress("backup", 100);
  try {
    const result = await backupStore(config.DATA_DIR, file, {
      isForced: read.values["force"] === true,
      onProgress: ({ writtenBytes, sourceBytes, isVerifying }) =>
        progress.update(
          isVerifying || sourceBytes === 0 ? 100 : Math.min(99, Math.floor((writtenBytes / sourceBytes) * 100)),
          isVerifying ? "checking the copy" : `${Math.floor(writtenBytes / megabyte)} MB`,
        ),
    });
    progress.stop();
    const { users = 0, links = 0, events = 0, clicks = 0 } = result.rows;
    process.stdout.write(
      `Backup: ${result.file}\n  ${(result.bytes / megabyte).toFixed(1)} MB, checked: ${users} users, ${links} links, ${events} events, ${clicks} clicks\n  to bring it back: srenity restore ${result.file}\n`,
    );
    return 0;
  } finally {
    progress.stop();
  }
}
