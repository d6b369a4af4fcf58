import { readFileSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { totalmem } from "node:os";

/** What the process has used so far. */
export interface ProcessUsage {
  cpuUserS: number;
  cpuSystemS: number;
  residentBytes: number;
}

export function readProcessUsage(): ProcessUsage {
  const cpu = process.cpuUsage();
  return { cpuUserS: cpu.user / 1e6, cpuSystemS: cpu.system / 1e6, residentBytes: process.memoryUsage.rss() };
}

/** Memory the process may use, in bytes: the limit of its control group where there is one, else all of the machine's. */
export function readMemoryLimitBytes(): number {
  const constrainedBytes = process.constrainedMemory?.() ?? 0;
  return constrainedBytes > 0 ? Math.min(constrainedBytes, totalmem()) : totalmem();
}

/** Open file descriptors; null where the system does not say. Newer kernels give the count without listing them. */
export async function readOpenFiles(): Promise<number | null> {
  try {
    const { size } = await stat("/proc/self/fd");
    return size > 0 ? size : (await readdir("/proc/self/fd")).length;
  } catch {
    return null;
  }
}

/** Most file descriptors the process may have open; null where the system does not say or sets no limit. */
export function readOpenFilesLimit(): number | null {
  try {
    const found = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    return found ? Number(found[1]) : null;
  } catch {
    return null;
  }
}
