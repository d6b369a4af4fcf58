import { useState } from "preact/hooks";
import type { LogLineView } from "../../desk/views.ts";
import { AskedContent } from "../parts/asked-content.tsx";
import { Empty } from "../parts/empty.tsx";
import { Field } from "../parts/field.tsx";
import { fieldText } from "../parts/field-text.ts";
import { useKeys } from "../parts/keyboard.ts";
import { Panel } from "../parts/panel.tsx";
import { router } from "../parts/router.ts";
import { StateMark } from "../parts/state-mark.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { useListKeys } from "../parts/use-list-keys.ts";
import { LogLines } from "./log-lines.tsx";
import { useLogTail, type LogFilter } from "./use-log-tail.ts";

/** Lines of one answer. */
const linesMost = 200;
const levels = ["trace", "debug", "info", "warn", "error", "fatal"];
const names = ["level", "route", "request_id", "text", "from", "to"] as const;

/** The log of all targets: searched by level, route, request and text, or followed as it is written. */
export function LogsPage() {
  const { query } = router.place.value;
  const filter: LogFilter = Object.fromEntries(names.flatMap((name) => (query.get(name) ? [[name, query.get(name) ?? ""]] : [])));
  const isLive = query.get("live") === "1";
  const search = new URLSearchParams({ ...filter, limit: String(linesMost) }).toString();
  useListKeys();
  useKeys([
    { keys: "/", what: "Search the text", run: () => document.querySelector<HTMLElement>("#log-text")?.focus() },
    { keys: "f", what: "Follow the log", run: () => router.setQuery({ live: isLive ? null : "1" }) },
  ]);
  return (
    <>
      <div class="page-head">
        <h1 class="page-title">Logs</h1>
        <button type="button" class="btn btn-sm" aria-pressed={isLive} onClick={() => router.setQuery({ live: isLive ? null : "1" })}>
          {isLive ? "Stop following" : "Follow"}
        </button>
      </div>
      <FilterForm key={search} filter={filter} />
      {isLive ? <LogTail key={search} filter={filter} /> : <FoundLines path={`/api/logs?${search}`} isFiltered={Object.keys(filter).length > 0} />}
    </>
  );
}

function FilterForm({ filter }: { filter: LogFilter }) {
  const send = (form: HTMLFormElement): void => {
    const fields = new FormData(form);
    router.setQuery(Object.fromEntries(["level", "route", "request_id", "text"].map((name) => [name, fieldText(fields, name)])), true);
  };
  return (
    <form
      class="filter-form"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        send(event.currentTarget);
      }}
    >
      <Field label="Text" class="flex-[2_1_200px]">
        <input class="input input-sm" id="log-text" name="text" defaultValue={filter["text"] ?? ""} type="search" />
      </Field>
      <Field label="Level, at least">
        <select class="select select-sm" name="level" onChange={(event) => event.currentTarget.form && send(event.currentTarget.form)}>
          <option value="">any</option>
          {levels.map((level) => (
            <option key={level} selected={level === filter["level"]}>
              {level}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Route" class="flex-[1_1_140px]">
        <input class="input input-sm" name="route" defaultValue={filter["route"] ?? ""} placeholder="/:code" />
      </Field>
      <Field label="Request id" class="flex-[1_1_140px]">
        <input class="input input-sm" name="request_id" defaultValue={filter["request_id"] ?? ""} />
      </Field>
      <button type="submit" class="btn btn-sm">
        Search
      </button>
    </form>
  );
}

function FoundLines({ path, isFiltered }: { path: string; isFiltered: boolean }) {
  const asked = useAnswer<{ lines: readonly LogLineView[] }>(path);
  return (
    <Panel
      title="Newest first"
      aside={
        <button type="button" class="btn btn-xs" onClick={asked.reload}>
          Look again
        </button>
      }
    >
      <AskedContent asked={asked} what="The log" rows={14}>
        {({ lines }) =>
          lines.length === 0 ? (
            <Empty
              action={
                isFiltered && (
                  <a class="btn btn-sm" href="/logs">
                    Clear the search
                  </a>
                )
              }
            >
              {isFiltered ? "No line matches." : "No lines yet. They appear as soon as a target with a log file writes one."}
            </Empty>
          ) : (
            <>
              <LogLines lines={lines} />
              {lines.length >= linesMost && <p class="small muted">These are the newest {linesMost}. Narrow the search to see others.</p>}
            </>
          )
        }
      </AskedContent>
    </Panel>
  );
}

function LogTail({ filter }: { filter: LogFilter }) {
  const [isPaused, setPaused] = useState(false);
  const { lines, waiting, state } = useLogTail(filter, isPaused);
  return (
    <Panel
      title={
        <>
          Live <StateMark state={state === "live" ? "good" : "unknown"} word={isPaused ? "paused" : state === "live" ? "following" : "connecting"} />
        </>
      }
      aside={
        <button type="button" class="btn btn-xs" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          {isPaused ? `Go on${waiting > 0 ? ` (${waiting} new)` : ""}` : "Pause"}
        </button>
      }
    >
      {lines.length === 0 ? <Empty>Lines appear here as they are written.</Empty> : <LogLines lines={lines} />}
    </Panel>
  );
}
