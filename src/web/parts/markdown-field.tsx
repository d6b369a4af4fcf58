import { useState } from "preact/hooks";
import { Markdown } from "./markdown.tsx";

export interface MarkdownFieldProps {
  readonly id: string;
  readonly label: string;
  readonly text: string;
  readonly rows: number;
  readonly placeholder: string;
  onText(text: string): void;
  /** Ctrl and Enter. */
  onSend?(): void;
}

/** A field for Markdown that can show what becomes of it. */
export function MarkdownField({ id, label, text, rows, placeholder, onText, onSend }: MarkdownFieldProps) {
  const [isPreview, setPreview] = useState(false);
  return (
    <div class="field">
      <div class="flex items-center justify-between">
        <label class="field-label" for={id}>
          {label}, in Markdown
        </label>
        <button type="button" class="btn btn-ghost btn-xs" aria-pressed={isPreview} onClick={() => setPreview(!isPreview)}>
          Preview
        </button>
      </div>
      {isPreview && <div class="preview">{text.trim() === "" ? <p class="muted">Nothing to show yet.</p> : <Markdown text={text} />}</div>}
      <textarea
        id={id}
        class={`textarea ${isPreview ? "hidden" : ""}`}
        rows={rows}
        value={text}
        placeholder={placeholder}
        onInput={(event) => onText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSend?.();
        }}
      />
    </div>
  );
}
