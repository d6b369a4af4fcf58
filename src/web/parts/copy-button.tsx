import { useState } from "preact/hooks";

/** How long “Copied” stays, in milliseconds. */
const copiedMs = 2_000;

/** Copies a text to the clipboard and says so in place. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [outcome, setOutcome] = useState<"" | "Copied" | "Not copied">("");
  async function copy(): Promise<void> {
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    setOutcome(isCopied ? "Copied" : "Not copied");
    setTimeout(() => setOutcome(""), copiedMs);
  }
  return (
    <button type="button" class="btn btn-xs copy-button" aria-label={`Copy ${what}`} onClick={() => void copy()}>
      <span aria-live="polite">{outcome === "" ? "Copy" : outcome}</span>
    </button>
  );
}
