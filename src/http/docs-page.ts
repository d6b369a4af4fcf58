import { html } from "hono/html";
import type { OpenApiDocument } from "./openapi.ts";
import type { Markup } from "./page.ts";

/** The parts of an OpenAPI schema that the page shows. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  items?: Schema;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
  example?: unknown;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  pattern?: string;
}

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

type Content = Record<string, { schema?: Schema }>;

interface DescribedOperation {
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { description: string; content?: Content }>;
}

interface Entry {
  method: string;
  path: string;
  operation: DescribedOperation;
}

/** The reference as a page, written from the OpenAPI document. */
export function docsPage(document: OpenApiDocument): Markup {
  const entries = entriesOf(document);
  const tags = [...new Set(entries.map(({ operation }) => operation.tags?.[0] ?? "Other"))];
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  const ofTag = (tag: string): Entry[] => entries.filter(({ operation }) => (operation.tags?.[0] ?? "Other") === tag);
  return html`<main>
    <h1>${document.info.title} <small>${document.info.version}</small></h1>
    <p>${prose(document.info.description ?? "")}</p>
    <pre><code>curl -X POST ${document.servers?.[0]?.url ?? ""}/urls -H 'Content-Type: application/json' \\
  -d '{"user_id": 1, "original_url": "https://example.com/a/long/path"}'</code></pre>
    <nav class="contents" aria-label="Operations">
      ${tags.map(
        (tag) =>
          html`<section>
            <h2>${tag}</h2>
            <ul>
              ${ofTag(tag).map(
                (entry) =>
                  html`<li>
                    <a href="#${anchorOf(entry)}">${methodMark(entry.method)} <code>${entry.path}</code></a>
                  </li>`,
              )}
            </ul>
          </section>`,
      )}
    </nav>
    ${tags.map(
      (tag) =>
        html`<section>
          <h2>${tag}</h2>
          ${ofTag(tag).map((entry) => article(entry, schemas))}
        </section>`,
    )}
    <section>
      <h2 id="shapes">Shapes</h2>
      ${Object.entries(schemas).map(([name, schema]) => shape(name, schema))}
    </section>
  </main>`;
}

function entriesOf(document: OpenApiDocument): Entry[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, DescribedOperation>).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

function anchorOf({ method, path }: Entry): string {
  return `${method}${path}`.replaceAll(/[{}]/g, "").replaceAll("/", "-").toLowerCase();
}

function methodMark(method: string): Markup {
  return html`<span class="method ${method.toLowerCase()}">${method}</span>`;
}

function article(entry: Entry, schemas: Record<string, Schema>): Markup {
  const { operation } = entry;
  const parameters = (operation.parameters ?? []).map((each) =>
    row({
      name: each.name,
      place: each.in,
      isRequired: each.required ?? false,
      schema: { ...each.schema, ...(each.description ? { description: each.description } : {}) },
    }),
  );
  const bodies = Object.entries(operation.requestBody?.content ?? {});
  return html`<article id="${anchorOf(entry)}">
    <h3>${methodMark(entry.method)} <code>${entry.path}</code></h3>
    <p><strong>${operation.summary ?? ""}.</strong> ${prose(operation.description ?? "")}</p>
    ${parameters.length > 0 ? table("Parameters", parameters) : ""} ${bodies.map(([mediaType, { schema }]) => body(mediaType, resolved(schema, schemas)))}
    <div class="scroll">
      <table>
        <caption>
          Answers
        </caption>
        <tbody>
          ${Object.entries(operation.responses).map(([status, response]) => answerRow(status, response))}
        </tbody>
      </table>
    </div>
  </article>`;
}

/** A schema that operations refer to by name. */
function shape(name: string, schema: Schema): Markup {
  return html`<article id="shape-${name}">
    <h3><code>${name}</code></h3>
    ${fieldTable("Fields", schema)}
  </article>`;
}

function answerRow(status: string, { description, content }: DescribedOperation["responses"][string]): Markup {
  const isProblem = content !== undefined && "application/problem+json" in content;
  const words = isProblem
    ? description.split(", ").map((code, index) => html`${index > 0 ? ", " : ""}<a href="/docs/errors#${code}">${code}</a>`)
    : prose(description);
  const shapes = Object.entries(content ?? {}).map(
    ([mediaType, { schema }]) => html`${schema && mediaType.endsWith("json") ? typeOf(schema) : html`<code>${mediaType}</code>`} `,
  );
  return html`<tr>
    <th scope="row">${status}</th>
    <td>${words}</td>
    <td>${shapes}</td>
  </tr>`;
}

function fieldTable(caption: string, schema: Schema): Markup | null {
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) =>
    row({ name, place: "body", isRequired: schema.required?.includes(name) ?? false, schema: field }),
  );
  return rows.length > 0 ? table(caption, rows) : null;
}

function body(mediaType: string, schema: Schema): Markup {
  return fieldTable(`Body · ${mediaType}`, schema) ?? html`<p class="muted">Body · <code>${mediaType}</code></p>`;
}

/** A sentence whose backticks mark code. */
function prose(text: string): Markup[] {
  return text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}

function table(caption: string, rows: Markup[]): Markup {
  return html`<div class="scroll">
    <table>
      <caption>
        ${caption}
      </caption>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function row({ name, place, isRequired, schema }: { name: string; place: string; isRequired: boolean; schema: Schema }): Markup {
  return html`<tr>
    <th scope="row"><code>${name}</code></th>
    <td>${place === "body" ? "" : `${place} · `}${typeOf(schema)}${isRequired ? html` · <b>required</b>` : ""}</td>
    <td>${prose([schema.description, limitsOf(schema)].filter(Boolean).join(" "))}</td>
  </tr>`;
}

function resolved(schema: Schema | undefined, schemas: Record<string, Schema>): Schema {
  const name = schema?.$ref?.split("/").at(-1);
  return (name === undefined ? schema : schemas[name]) ?? {};
}

/** The type of a schema in words, with a link where it has a name. */
function typeOf(schema: Schema): Markup {
  const name = schema.$ref?.split("/").at(-1);
  if (name !== undefined) return html`<a href="#shape-${name}"><code>${name}</code></a>`;
  if (schema.anyOf) return html`${schema.anyOf.map((each, index) => html`${index > 0 ? " or " : ""}${typeOf(each)}`)}`;
  if (schema.items) return html`list of ${typeOf(schema.items)}`;
  if (schema.enum) return html`${schema.enum.map((value, index) => html`${index > 0 ? " or " : ""}<code>${String(value)}</code>`)}`;
  return html`${[schema.type ?? "anything"].flat().join(" or ")}`;
}

function limitsOf({ minimum, maximum, minLength, maxLength, maxItems, pattern, default: fallback, example }: Schema): string {
  const isBounded = (limit: number | undefined): limit is number =>
    limit !== undefined && Number.isSafeInteger(limit) && Math.abs(limit) !== Number.MAX_SAFE_INTEGER;
  return [
    bounds(isBounded(minimum) ? minimum : undefined, isBounded(maximum) ? maximum : undefined, ""),
    bounds(minLength, maxLength, " characters"),
    bounds(undefined, maxItems, " items"),
    pattern === undefined ? "" : `Matches \`${pattern}\`.`,
    fallback === undefined ? "" : `Default \`${JSON.stringify(fallback)}\`.`,
    example === undefined ? "" : `Example \`${JSON.stringify(example)}\`.`,
  ]
    .filter(Boolean)
    .join(" ");
}

function bounds(least: number | undefined, most: number | undefined, unit: string): string {
  if (least !== undefined && most !== undefined) return `${least} to ${most}${unit}.`;
  if (least !== undefined) return `At least ${least}${unit}.`;
  return most === undefined ? "" : `At most ${most}${unit}.`;
}
