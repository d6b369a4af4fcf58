import { signal } from "@preact/signals";

export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

const readPlace = (): Place => ({ path: location.pathname, query: new URLSearchParams(location.search) });

/** Where the viewer is; the address bar and this always say the same. */
export const router = {
  place: signal<Place>(readPlace()),
  /** Goes to a path of these pages, as a link does. */
  go(href: string): void {
    history.pushState(null, "", href);
    router.place.value = readPlace();
    scrollTo(0, 0);
    requestAnimationFrame(() => document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true }));
  },
  /** Changes parts of the query in place; null takes one out. A new step of the history only where the viewer may want to go back. */
  setQuery(parts: Readonly<Record<string, string | null>>, isStep = false): void {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(parts)) {
      if (value === null || value === "") query.delete(name);
      else query.set(name, value);
    }
    const text = query.toString();
    history[isStep ? "pushState" : "replaceState"](null, "", `${location.pathname}${text === "" ? "" : `?${text}`}`);
    router.place.value = readPlace();
  },
  /** Lets links to these pages change the page without loading a document. */
  start(isPage: (path: string) => boolean): void {
    addEventListener("popstate", () => {
      router.place.value = readPlace();
    });
    document.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (link === null || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      if (link.origin !== location.origin || link.target !== "" || link.hasAttribute("download") || !isPage(link.pathname)) return;
      if (link.hash !== "" && link.pathname === location.pathname) return;
      event.preventDefault();
      router.go(link.pathname + link.search);
    });
  },
};
