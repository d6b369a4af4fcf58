import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "./dialog.tsx";
import { useKeys } from "./keyboard.ts";
import { KeysDialog } from "./keys-dialog.tsx";
import { Notices } from "./notices.tsx";
import { router } from "./router.ts";
import { settling } from "./settling.ts";
import { ThemeSwitch } from "./theme-switch.tsx";

export interface NavigationItem {
  readonly href: string;
  readonly name: string;
  /** Second key of `g …`; items without one are only in the list. */
  readonly key?: string;
  /** Shown in the bar at the bottom of a phone. */
  readonly isMain?: boolean;
}

export interface PageFrameProps {
  readonly items: readonly NavigationItem[];
  /** At the right of the top line: state of the connection and the like. */
  readonly status: ComponentChildren;
  /** Over the page when something is wrong with all of it. */
  readonly banner?: ComponentChildren;
  readonly children: ComponentChildren;
}

const isCurrent = (href: string, path: string): boolean => (href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`));

function Item({ href, name }: NavigationItem) {
  return (
    <a href={href} {...(isCurrent(href, router.place.value.path) ? { "aria-current": "page" } : {})}>
      {name}
    </a>
  );
}

/** What is around every page: navigation at the top, on a phone at the bottom, keys, theme, notices. */
export function PageFrame({ items, status, banner, children }: PageFrameProps) {
  const [opened, setOpened] = useState<"keys" | "menu" | null>(null);
  useKeys([
    { keys: "?", what: "Show the keys", run: () => setOpened("keys") },
    ...items.filter(({ key }) => key !== undefined).map(({ href, name, key }) => ({ keys: `g ${key}`, what: `Go to ${name}`, run: () => router.go(href) })),
  ]);
  return (
    <>
      <a class="skip-link" href="#main">
        Skip to the page
      </a>
      <header class="top">
        <a class="top-name" href="/">
          SREnity
        </a>
        <nav class="top-items" aria-label="Pages">
          {items.map((item) => (
            <Item key={item.href} {...item} />
          ))}
        </nav>
        <div class="top-status">
          {status}
          <button type="button" class="btn btn-ghost btn-sm max-md:hidden" aria-label="Show the keys" onClick={() => setOpened("keys")}>
            ?
          </button>
          <ThemeSwitch />
        </div>
      </header>
      {banner}
      <main id="main" tabIndex={-1}>
        <div class={`page ${settling.isUnseen.value ? "page-unseen" : ""}`}>{children}</div>
      </main>
      <nav class="bottom-items" aria-label="Main pages">
        {items
          .filter(({ isMain }) => isMain)
          .map((item) => (
            <Item key={item.href} {...item} />
          ))}
        <button type="button" onClick={() => setOpened("menu")}>
          More
        </button>
      </nav>
      <Notices />
      {opened === "keys" && <KeysDialog onClose={() => setOpened(null)} />}
      {opened === "menu" && <MenuDialog items={items} onClose={() => setOpened(null)} />}
    </>
  );
}

function MenuDialog({ items, onClose }: { items: readonly NavigationItem[]; onClose: () => void }) {
  return (
    <Dialog title="Pages" onClose={onClose}>
      <nav class="menu-items" aria-label="All pages" onClick={onClose}>
        {items.map((item) => (
          <Item key={item.href} {...item} />
        ))}
      </nav>
    </Dialog>
  );
}
