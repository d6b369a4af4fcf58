import type { IncidentStore } from "../storage/desk/incident-store.ts";

export interface CommittedNews<News> {
  /** Does several changes as one; what is noted in it is told once they are durable, and never when they are not. */
  together<T>(work: () => T): T;
  note(news: News): void;
}

/** Holds news back until the transaction that made them is committed. */
export function createCommittedNews<News>(store: Pick<IncidentStore, "together">, tell: (news: News) => void): CommittedNews<News> {
  let depth = 0;
  let held: News[] = [];
  return {
    note: (news) => {
      if (depth === 0) tell(news);
      else held.push(news);
    },
    together: (work) => {
      depth++;
      let isCommitted = false;
      try {
        const result = store.together(work);
        isCommitted = true;
        return result;
      } finally {
        depth--;
        if (depth === 0) {
          const news = isCommitted ? held : [];
          held = [];
          for (const each of news) tell(each);
        }
      }
    },
  };
}
