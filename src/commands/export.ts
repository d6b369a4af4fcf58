import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Config } from "../config.ts";
import { OperatorError } from "../errors.ts";
import { type ExportFormat, exportRows } from "../links/transfer/export-rows.ts";
import type { ImportKind } from "../links/transfer/row-kinds.ts";
import { databaseName } from "../storage/sqlite/open.ts";
import type { Store } from "../storage/store.ts";
import { answerHelp, exitUsage, readArguments } from "./arguments.ts";
import { openStore } from "./open-store.ts";

const help = `Usage: srenity export [options]

Writes users, urls and events to a folder; \`srenity import\` of that folder into an empty store gives the same store again.
Deleted links are rows with deleted_at, so that their codes stay retired; clicks are among the events. Keys are not exported.
The service may go on running.

Options:
  --format csv|ndjson  how the files are written (default: csv)
  --out FOLDER         a folder that does not exist yet or is empty (default: srenity-export-TIME)
  -h, --help           show this
`;

const options = { format: { type: "string" }, out: { type: "string" } } as const;

/** What refers comes before what is referred to, so that rows written meanwhile never refer to something left out. */
const order: readonly ImportKind[] = ["events", "urls", "users"];

/** The command `export`. @returns the exit status @throws OperatorError */
export async function runExport(args: string[], config: Config): Promise<number> {
  const read = readArguments(args, options, { least: 0, most: 0 });
  const status = answerHelp(read, help);
  if (status !== null || typeof read === "string") return status ?? exitUsage;
  const format = read.values["format"] ?? "csv";
  if (format !== "csv" && format !== "ndjson") return answerHelp("--format must be csv or ndjson", help) ?? exitUsage;
  const out = resolve((read.values["out"] as string | undefined) ?? `srenity-export-${new Date().toISOString().replace(/[:.]/g, "-")}`);
  if (existsSync(out) && (!statSync(out).isDirectory() || readdirSync(out).length > 0))
    throw new OperatorError(`${out} exists and is not empty: choose another --out.`);
  if (!existsSync(join(config.DATA_DIR, databaseName)))
    throw new OperatorError(`${config.DATA_DIR} has no store: set DATA_DIR to the folder of the one you mean.`);
  const store = await openStore(config);
  try {
    const counts = await exportTo(store, out, format);
    const lines = counts.map(({ file, rows }) => `  ${file}: ${rows} rows\n`);
    process.stdout.write(`Exported to ${out}\n${lines.join("")}`);
    return 0;
  } finally {
    await store.close();
  }
}

/** Writes into a folder beside `out`, which takes its name when everything is on disk. */
async function exportTo(store: Store, out: string, format: ExportFormat): Promise<{ file: string; rows: number }[]> {
  const partial = join(dirname(out), `.${basename(out)}.${process.pid}.partial`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    const counts: { file: string; rows: number }[] = [];
    for (const kind of order) {
      const file = `${kind}.${format}`;
      counts.unshift({ file, rows: await writeRows(store, join(partial, file), { kind, format }) });
    }
    syncFolder(partial);
    renameSync(partial, out);
    syncFolder(dirname(out));
    return counts;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOSPC") throw new OperatorError(`The disk of ${dirname(out)} is full: nothing was exported.`);
    throw error;
  }
}

async function writeRows(store: Store, file: string, { kind, format }: { kind: ImportKind; format: ExportFormat }): Promise<number> {
  const descriptor = openSync(file, "wx");
  let rows = 0;
  try {
    for await (const piece of exportRows(store, kind, format)) {
      writeWhole(descriptor, Buffer.from(piece.text));
      rows += piece.rows;
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return rows;
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}
