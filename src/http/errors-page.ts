import { html } from "hono/html";
import { failures } from "../errors.ts";
import type { Markup } from "./page.ts";

/** A sentence of the table of failures; what stands in backticks there is code. */
function withCode(sentence: string): (string | Markup)[] {
  return sentence.split("`").map((part, position) => (position % 2 === 0 ? part : html`<code>${part}</code>`));
}

/** Every failure with its status and what to do; the `type` of a problem leads to its row. */
export function errorsPage(): Markup {
  const rows = Object.entries(failures).map(
    ([code, { status, title, remedy }]) =>
      html`<tr id="${code}">
        <th scope="row">
          <a href="#${code}"><code>${code}</code></a>
        </th>
        <td>${status}</td>
        <td>${title}</td>
        <td>${withCode(remedy)}</td>
      </tr>`,
  );
  return html`<main>
    <h1>Errors</h1>
    <p>
      Every error is an RFC 9457 problem, <code>application/problem+json</code>. Decide by <code>code</code>: it never changes its meaning.
      <code>request_id</code> finds the request in the service’s log.
    </p>
    <div class="scroll">
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">Code</th>
            <th scope="col">Status</th>
            <th scope="col">Meaning</th>
            <th scope="col">What to do</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </main>`;
}
