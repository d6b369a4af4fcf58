import { z } from "@hono/zod-openapi";
import { html } from "hono/html";
import type { AppParts } from "./app-parts.ts";
import { docsPage } from "./docs-page.ts";
import { pageStyle } from "./page-style.ts";
import { errorsPage } from "./errors-page.ts";
import { type Operation, operation } from "./operation.ts";
import type { OpenApiDocument } from "./openapi.ts";
import { pageReply, styleSheetPath } from "./page.ts";
import { jsonReply, type Reply } from "./reply.ts";

/** How long browsers keep the style sheet and the icon, in seconds. */
const assetCacheS = 3_600;

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b57c2"/>' +
  '<path d="M13 19l6-6M11 15l-2 2a4.2 4.2 0 0 0 6 6l2-2M21 17l2-2a4.2 4.2 0 0 0-6-6l-2 2" fill="none" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/></svg>';

const robots = "User-agent: *\nDisallow: /\n";

const htmlType = "text/html";

/** A file that is the same for everyone. */
function file(path: string, contentType: string, body: string): Operation {
  const reply: Reply = { status: 200, headers: { "Content-Type": contentType, "Cache-Control": `public, max-age=${assetCacheS}` }, body };
  return operation({
    method: "get",
    path,
    tag: "Reference",
    summary: path,
    access: "public",
    isDocumented: false,
    success: { 200: { description: "The file", mediaTypes: [contentType] } },
    handle: async () => ({ ...reply }),
  });
}

function page(path: string, write: (parts: AppParts, accept: string) => Promise<Reply>): Operation {
  return operation({
    method: "get",
    path,
    tag: "Reference",
    summary: path,
    access: "public",
    isDocumented: false,
    success: { 200: { description: "The page", mediaTypes: [htmlType] } },
    handle: async ({ parts, exchange }) => write(parts, exchange.request.headers.get("accept") ?? ""),
  });
}

async function welcome({ version }: AppParts, accept: string): Promise<Reply> {
  if (!accept.includes(htmlType))
    return jsonReply(200, { name: "SREnity link service", version, docs: "/docs", openapi: "/openapi.json", health: "/health" }, { Vary: "Accept" });
  const content = html`<main>
    <h1>SREnity <small>${version}</small></h1>
    <p>
      This is a link shortener. The <a href="/docs">reference</a> says how to use it; <a href="/health">health</a> and <a href="/ready">readiness</a> say how it
      is.
    </p>
  </main>`;
  const reply = await pageReply("SREnity", content);
  return { ...reply, headers: { ...reply.headers, Vary: "Accept" } };
}

/** The reference: its document, its pages and what they need. */
export function docsOperations(read: () => OpenApiDocument): Operation[] {
  const documentOf = (parts: AppParts): OpenApiDocument => ({ ...read(), servers: [{ url: parts.baseUrl() }] });
  const readDocument = operation({
    method: "get",
    path: "/openapi.json",
    tag: "Operations",
    summary: "Read this reference as OpenAPI 3.1",
    access: "public",
    success: { 200: { description: "The document", schema: z.record(z.string(), z.unknown()) } },
    handle: async ({ parts }) => jsonReply(200, documentOf(parts)),
  });
  return [
    readDocument,
    page("/", welcome),
    page("/docs", (parts) => pageReply("SREnity reference", docsPage(documentOf(parts)))),
    page("/docs/errors", () => pageReply("SREnity errors", errorsPage())),
    file(styleSheetPath, "text/css; charset=utf-8", pageStyle),
    file("/favicon.ico", "image/svg+xml", icon),
    file("/robots.txt", "text/plain; charset=utf-8", robots),
  ];
}
