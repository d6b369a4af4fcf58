/** What a colour may mean; it always comes with an icon and a word. */
export type State = "good" | "warning" | "bad" | "unknown" | "drill";

const icons: Readonly<Record<State, string>> = { good: "●", warning: "▲", bad: "■", unknown: "◌", drill: "◆" };

/** A state as icon, colour and word; the word may be for screen readers only where the text beside it says the same. */
export function StateMark({ state, word, isWordHidden = false }: { state: State; word: string; isWordHidden?: boolean }) {
  return (
    <span class={`mark mark-${state}`}>
      <span aria-hidden="true" class="mark-icon">
        {icons[state]}
      </span>
      <span class={isWordHidden ? "sr-only" : ""}>{word}</span>
    </span>
  );
}
