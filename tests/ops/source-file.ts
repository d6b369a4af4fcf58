import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A file of the project: its path from the root, with forward slashes, and its text. */
export interface SourceFile {
  path: string;
  text: string;
}

/** The folder that holds package.json. */
export const projectRoot = join(import.meta.dir, "..", "..");

/** Folders that hold nothing of ours. */
const foreignFolders = new Set(["node_modules", "dist", "data", ".git"]);

function findPaths(folder: string): string[] {
  return readdirSync(join(projectRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return foreignFolders.has(entry.name) ? [] : findPaths(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Reads every file of the project that matches one of the patterns, in path order. */
export function readSourceFiles(...patterns: string[]): SourceFile[] {
  const globs = patterns.map((pattern) => new Bun.Glob(pattern));
  const paths = findPaths("").filter((path) => globs.some((glob) => glob.match(path)));
  return paths.toSorted().map((path) => ({ path, text: readFileSync(join(projectRoot, path), "utf8") }));
}
