import type { ComponentChildren } from "preact";

/** A label over its field, and a hint below. */
export function Field({ label, hint, children, class: own = "" }: { label: string; hint?: string; children: ComponentChildren; class?: string }) {
  return (
    <label class={`field ${own}`}>
      <span class="field-label">{label}</span>
      {children}
      {hint !== undefined && <span class="field-hint">{hint}</span>}
    </label>
  );
}
