import { existsSync, openSync, readdirSync, readSync, closeSync, statSync, writeFileSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Config } from "../config.ts";
import { Failure, OperatorError } from "../errors.ts";
import { formatNames } from "../links/transfer/detect-format.ts";
import { lockFolder } from "../storage/sqlite/lock.ts";
import type { Store } from "../storage/store.ts";
import { answerHelp, exitUsage, readArguments } from "./arguments.ts";
import { type FileReport, importFile, type ImportFileOptions } from "./import-file.ts";
import { describeReport } from "./import-summary.ts";
import { openStore } from "./open-store.ts";

const help = `Usage: srenity import <folder|file> [options]

Brings users, links and events in. A folder gives its users, urls and events files (.csv, .ndjson or .json), in this order.
A file may also be an export of YOURLS, Shlink, Kutt or Bitly, as CSV or JSON; which one is seen from its columns.
Rows that cannot be understood are refused and reported; importing the same file again changes nothing.
The service may go on running. The exit status is 0 even when rows were refused, 64 for a wrong command line.

Options:
  --format NAME     take the file for this: ${formatNames.join(", ")}
  --owner USERNAME  who gets the links of a foreign export (made if missing; default: imported)
  --report FILE     where the full report goes, as JSON (default: in DATA_DIR)
  --dry-run         read and check everything, write nothing
  -h, --help        show this
`;

const options = { format: { type: "string" }, owner: { type: "string" }, report: { type: "string" }, "dry-run": { type: "boolean" } } as const;

/** Page cache while importing, in KiB: the index pages of a million codes. */
const importCacheKib = 128_000;

/** Names of the files a folder may have, in the order in which rows refer to each other. */
const folderFiles = ["users", "urls", "events"].flatMap((name) => ["csv", "ndjson", "json"].map((ending) => `${name}.${ending}`));

/** The command `import`. @returns the exit status @throws OperatorError */
export async function runImport(args: string[], config: Config): Promise<number> {
  const read = readArguments(args, options, { least: 1, most: 1 });
  const status = answerHelp(read, help);
  if (status !== null || typeof read === "string") return status ?? exitUsage;
  const format = (read.values["format"] as string | undefined)?.toLowerCase() ?? null;
  if (format !== null && !formatNames.some((name) => name === format))
    return answerHelp(`--format must be one of ${formatNames.join(", ")}`, help) ?? exitUsage;
  const isDryRun = read.values["dry-run"] === true;
  const files = filesOf(read.words[0] as string);
  const now = new Date();
  const reportFile = resolve(
    (read.values["report"] as string | undefined) ?? join(config.DATA_DIR, `import-report-${now.toISOString().replace(/[:.]/g, "-")}.json`),
  );
  const store = await openStore(config, { cacheKib: importCacheKib });
  try {
    const reports = await importAll(store, files, {
      format,
      owner: (read.values["owner"] as string | undefined) ?? "imported",
      isDryRun,
      nowMs: now.getTime(),
      isServed: isServed(config.DATA_DIR),
      ownHosts: config.BASE_URL === null ? null : new Set([new URL(config.BASE_URL).host]),
    });
    writeReport(reportFile, { at: now.toISOString(), is_dry_run: isDryRun, files: reports });
    process.stdout.write(describeReport(reports, { isDryRun, reportFile }));
    return 0;
  } finally {
    await store.close();
  }
}

/** Whether a service has the folder; told by trying its lock for a moment. */
function isServed(folder: string): boolean {
  try {
    lockFolder(folder).release();
    return false;
  } catch (error) {
    if (error instanceof OperatorError) return true;
    throw error;
  }
}

function writeReport(file: string, report: unknown): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    throw new OperatorError(`Everything was imported, but the report ${file} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
  }
}

async function importAll(store: Store, files: readonly string[], how: ImportFileOptions): Promise<FileReport[]> {
  const reports: FileReport[] = [];
  for (const file of files) {
    try {
      reports.push(await importFile(store, file, how));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const before = reports.length > 0 ? ` ${reports.map((report) => report.file).join(", ")} went in before.` : "";
      throw new OperatorError(`${file}: ${error.message}.${before} Importing again is safe: rows that are there already are passed over.`);
    }
  }
  return reports;
}

function filesOf(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new OperatorError(`${path} does not exist.`);
  if (!found.isDirectory()) return [readable(path)];
  const present = folderFiles.filter((name) => existsSync(join(path, name)));
  if (present.length === 0)
    throw new OperatorError(`${path} has none of ${folderFiles.join(", ")}; it has ${readdirSync(path).slice(0, 5).join(", ") || "nothing"}.`);
  const twice = present.find((name, position) => present.findIndex((other) => other.split(".")[0] === name.split(".")[0]) !== position);
  if (twice) throw new OperatorError(`${path} has ${twice} beside another file of that name: import the one you mean by its name.`);
  return present.map((name) => readable(join(path, name)));
}

function readable(file: string): string {
  try {
    const descriptor = openSync(file, "r");
    readSync(descriptor, new Uint8Array(1));
    closeSync(descriptor);
    return file;
  } catch (error) {
    throw new OperatorError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
