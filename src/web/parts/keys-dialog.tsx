import { Dialog } from "./dialog.tsx";
import { bound } from "./keyboard.ts";

/** Every key that works on this page. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {bound.value.flat().map(({ keys, what }) => (
          <div key={keys}>
            <dt>
              {keys.split(" ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Enter</kbd>
          </dt>
          <dd>Open what has the focus</dd>
        </div>
      </dl>
      <button type="button" class="btn self-start" autofocus onClick={onClose}>
        Close
      </button>
    </Dialog>
  );
}
