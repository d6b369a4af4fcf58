import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

export interface KeyBinding {
  /** One key, or two after each other with a space between: `g n`. */
  readonly keys: string;
  /** What it does, as the list of keys shows it. */
  readonly what: string;
  run(): void;
}

/** Longest time between the two keys of a pair, in milliseconds. */
const pairMostMs = 1_500;

/** Every key that works at the moment, newest group last. */
export const bound = signal<readonly (readonly KeyBinding[])[]>([]);

let first = "";
let firstAtMs = 0;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]") !== null) return;
  const isPair = first !== "" && performance.now() - firstAtMs < pairMostMs;
  const keys = isPair ? `${first} ${event.key}` : event.key;
  first = "";
  const found = bound.value.toReversed().flatMap((group) => group.filter((binding) => binding.keys === keys))[0];
  if (found !== undefined) {
    event.preventDefault();
    found.run();
  } else if (!isPair && bound.value.some((group) => group.some((binding) => binding.keys.startsWith(`${event.key} `)))) {
    first = event.key;
    firstAtMs = performance.now();
  }
});

/** Binds keys as long as the component is there. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  const names = bindings.map(({ keys, what }) => `${keys}=${what}`).join();
  useEffect(() => {
    const group = latest.current.map(({ keys, what }, index) => ({ keys, what, run: () => latest.current[index]?.run() }));
    bound.value = [...bound.value, group];
    return () => {
      bound.value = bound.value.filter((other) => other !== group);
    };
  }, [names]);
}
