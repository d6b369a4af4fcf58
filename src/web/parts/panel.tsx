import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export interface PanelProps {
  readonly title: ComponentChildren;
  /** Beside the title, at the right. */
  readonly aside?: ComponentChildren;
  /** Grey, because what it shows is old. */
  readonly isStale?: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** A card with a title. */
export function Panel({ title, aside, isStale = false, class: own = "", children }: PanelProps) {
  const id = useId();
  return (
    <section class={`panel ${isStale ? "panel-stale" : ""} ${own}`} aria-labelledby={id}>
      <header class="panel-head">
        <h2 id={id} class="panel-title">
          {title}
        </h2>
        {aside !== undefined && <div class="panel-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}
