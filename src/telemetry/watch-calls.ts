import type { StoreCall } from "./trace.ts";

/** Most calls noted for one request; an import makes thousands. */
export const notedCallsMost = 32;

/**
 * A view of a store that notes the asynchronous calls made through it, by their path, such as `links.find`. Only requests whose
 * spans are exported are given one, so that the others pay nothing.
 */
export function watchCalls<Target extends object>(target: Target, calls: StoreCall[], monotonicMs: () => number): Target {
  return watch(target, "", (operation, run) => {
    const startedMs = monotonicMs();
    const result = run();
    if (!(result instanceof Promise) || calls.length >= notedCallsMost) return result;
    const call: StoreCall = { operation, startedMs, endedMs: Number.NaN, hasFailed: false };
    calls.push(call);
    const settle = (hasFailed: boolean): void => {
      call.endedMs = monotonicMs();
      call.hasFailed = hasFailed;
    };
    result.then(
      () => settle(false),
      () => settle(true),
    );
    return result;
  });
}

type Note = (operation: string, run: () => unknown) => unknown;

function watch<Target extends object>(target: Target, prefix: string, note: Note): Target {
  return new Proxy(target, {
    get(owner, name) {
      const member: unknown = Reflect.get(owner, name);
      if (typeof member === "object" && member !== null) return watch(member, `${prefix}${String(name)}.`, note);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => note(`${prefix}${String(name)}`, () => Reflect.apply(member, owner, args) as unknown);
    },
  });
}
