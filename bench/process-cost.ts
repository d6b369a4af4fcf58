import { readFileSync } from "node:fs";

/** Clock ticks of /proc in one second; fixed on every Linux that Debian supports. */
const ticksPerSecond = 100;

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return "";
  }
}

/** A process and everything below it. */
function family(pid: number): number[] {
  const children = readProc(`${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  return [pid, ...children.flatMap(family)];
}

/** CPU time that a process and its descendants have used in all their threads, user and system, in microseconds. */
export function cpuTimeUs(pid: number): number {
  const ticks = family(pid).map((member) => {
    // The name in parentheses may hold spaces; utime and stime are fields 14 and 15 of proc(5).
    const fields = readProc(`${member}/stat`)
      .replace(/^.*\) /s, "")
      .split(" ");
    return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  });
  return (ticks.reduce((sum, value) => sum + value, 0) / ticksPerSecond) * 1_000_000;
}

/** Memory that a process and its descendants have resident, in megabytes of 1 048 576 bytes. */
export function residentMb(pid: number): number {
  const kilobytes = family(pid).map((member) => Number(/^VmRSS:\s+(\d+)/m.exec(readProc(`${member}/status`))?.[1] ?? 0));
  return kilobytes.reduce((sum, value) => sum + value, 0) / 1024;
}
