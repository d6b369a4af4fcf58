import type { LogLineView } from "../../desk/views.ts";
import { StateMark, type State } from "../parts/state-mark.tsx";
import { exactText } from "../parts/time-text.ts";

const states: Readonly<Record<string, State>> = { fatal: "bad", error: "bad", warn: "warning" };

const two = (value: number, digits = 2): string => String(value).padStart(digits, "0");

function timeText(atMs: number): string {
  const at = new Date(atMs);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${two(at.getMilliseconds(), 3)}`;
}

/** Lines of a log; each opens to all of its fields. */
export function LogLines({ lines }: { lines: readonly LogLineView[] }) {
  return (
    <ol class="log-lines">
      {lines.map((line, index) => (
        <li key={`${line.atMs}${line.requestId ?? ""}${lines.length - index}`}>
          <Line line={line} />
        </li>
      ))}
    </ol>
  );
}

function Line({ line: { atMs, level, message, route, status, errorCode, requestId, instance, fields } }: { line: LogLineView }) {
  return (
    <details>
      <summary data-row>
        <span class="muted" title={exactText(atMs)}>
          {timeText(atMs)}
        </span>{" "}
        <Level level={level} /> {status !== null && <b>{status} </b>}
        <span class="log-message">{message}</span>
        {route !== null && <span class="muted"> {route}</span>}
        {errorCode !== null && <span> {errorCode}</span>}
      </summary>
      <div class="log-fields">
        {requestId !== null && (
          <p>
            <a href={`/logs?request_id=${encodeURIComponent(requestId)}`}>All lines of this request</a>
            {route !== null && (
              <>
                {" · "}
                <a href={`/logs?route=${encodeURIComponent(route)}`}>All lines of this route</a>
              </>
            )}
          </p>
        )}
        <dl>
          <dt>instance</dt>
          <dd>{instance}</dd>
          {Object.entries(fields).map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
            </>
          ))}
        </dl>
      </div>
    </details>
  );
}

/** Only levels that ask for attention have a colour. */
function Level({ level }: { level: string }) {
  const state = states[level];
  return state === undefined ? <span class="mark muted">{level}</span> : <StateMark state={state} word={level} />;
}
