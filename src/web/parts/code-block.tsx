import { CopyButton } from "./copy-button.tsx";

/** Commands or other text to copy; it scrolls by itself, so that the page never does. */
export function CodeBlock({ text }: { text: string }) {
  return (
    <div class="code-block">
      <pre tabIndex={0} aria-label="Commands">
        <code>{text}</code>
      </pre>
      <CopyButton text={text} what="these commands" />
    </div>
  );
}
