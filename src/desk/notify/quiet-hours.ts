import { OperatorError } from "../../errors.ts";

/** The part of the day in which tickets wait. */
export interface QuietHours {
  isQuiet(nowMs: number): boolean;
}

const pattern = /^([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)(?:\s+(\S{1,64}))?$/;

/**
 * Reads `22:00-07:00 Europe/Berlin`; without a time zone it is UTC. The end is no longer quiet.
 *
 * @throws OperatorError
 */
export function readQuietHours(text: string): QuietHours {
  const found = pattern.exec(text.trim());
  if (!found) throw new OperatorError(`QUIET_HOURS=${JSON.stringify(text)} must be such as 22:00-07:00 Europe/Berlin`);
  const [fromHour, fromMinute, toHour, toMinute] = found.slice(1, 5).map(Number) as [number, number, number, number];
  const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
  const clock = clockOf(found[5] ?? "UTC");
  return {
    isQuiet: (nowMs) => {
      const minute = minuteOfDay(clock, nowMs);
      return from <= to ? from <= minute && minute < to : minute >= from || minute < to;
    },
  };
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  } catch {
    throw new OperatorError(`QUIET_HOURS names the time zone ${JSON.stringify(timeZone)}, which is unknown; one is Europe/Berlin`);
  }
}

function minuteOfDay(clock: Intl.DateTimeFormat, nowMs: number): number {
  const [hour = 0, minute = 0] = clock.format(nowMs).split(":").map(Number);
  return hour * 60 + minute;
}
