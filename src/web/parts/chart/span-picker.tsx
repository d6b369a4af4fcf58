import { useKeys } from "../keyboard.ts";
import { clockText } from "../time-text.ts";
import { chartSpan, rangeNames } from "./chart-span.ts";
import { clock } from "../clock.ts";

/** Chooses what span all charts of the page show; a span that was zoomed into can be left again. */
export function SpanPicker() {
  const { range, zoomed } = chartSpan.choice.value;
  useKeys([
    { keys: "+", what: "Zoom in", run: () => chartSpan.scale(0.5) },
    { keys: "-", what: "Zoom out", run: () => chartSpan.scale(2) },
    { keys: "[", what: "Earlier", run: () => chartSpan.shift(-0.5) },
    { keys: "]", what: "Later", run: () => chartSpan.shift(0.5) },
    { keys: "0", what: "Show the chosen range again", run: () => chartSpan.zoomOut() },
  ]);
  return (
    <div class="span-picker">
      {zoomed !== null && (
        <button type="button" class="btn btn-sm" onClick={() => chartSpan.zoomOut()}>
          {clockText(zoomed.fromMs, clock.nowMs.value)} – {clockText(zoomed.toMs, clock.nowMs.value)} ×<span class="sr-only">Leave the zoom</span>
        </button>
      )}
      <label class="inline-field">
        last
        <select class="select select-sm" value={range} onChange={(event) => chartSpan.choose(event.currentTarget.value)}>
          {rangeNames.map(({ name, text }) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
