import { signal } from "@preact/signals";

/** Longest that a page stays unseen while its first answers come, in milliseconds; later ones find grey lines in their place. */
const unseenMostMs = 300;

let waiting = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Whether the first answers of a page are on their way: quick ones are waited for, so that nothing flashes or moves. */
export const settling = {
  isUnseen: signal(false),
  /** Says that an answer is waited for; what it returns says that it came, and may be called again. */
  begin(): () => void {
    waiting += 1;
    if (waiting === 1) {
      settling.isUnseen.value = true;
      timer = setTimeout(() => (settling.isUnseen.value = false), unseenMostMs);
    }
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      waiting -= 1;
      if (waiting > 0) return;
      clearTimeout(timer);
      settling.isUnseen.value = false;
    };
  },
};
