import { createHash } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { toBuffer, toString } from "qrcode";
import { Failure } from "../errors.ts";
import { type Operation, operation } from "./operation.ts";
import { textFilter } from "./query-fields.ts";
import type { Reply } from "./reply.ts";

const sizeLeast = 64;
const sizeMost = 1_024;
const sizeDefault = 256;
const marginMost = 16;
const marginDefault = 4;
/** How long a picture may be kept, in seconds. */
const cacheS = 86_400;

/** A whole number within bounds; unlike a page number it is not clamped, as the picture would not be the one asked for. */
function bounded(least: number, most: number): z.ZodType<number, string> {
  return textFilter(10)
    .refine((text) => /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most, `must be a whole number from ${least} to ${most}`)
    .transform(Number);
}

interface Picture {
  format: "svg" | "png";
  size: number;
  margin: number;
  level: "L" | "M" | "Q" | "H";
}

async function draw(text: string, { format, size, margin, level }: Picture): Promise<string | Uint8Array<ArrayBuffer>> {
  const options = { width: size, margin, errorCorrectionLevel: level };
  return format === "svg" ? toString(text, { ...options, type: "svg" }) : Uint8Array.from(await toBuffer(text, { ...options, type: "png" }));
}

function matches(request: Request, etag: string): boolean {
  const sent = request.headers.get("if-none-match");
  return sent !== null && (sent.trim() === "*" || sent.split(",").some((each) => each.trim().replace(/^W\//, "") === etag));
}

const readQr = operation({
  method: "get",
  path: "/urls/:id/qr",
  tag: "Urls",
  summary: "Draw a link's QR code",
  access: "viewer",
  notFound: "url_not_found",
  query: z.object({
    format: z.enum(["svg", "png"]).optional().openapi({ default: "svg" }),
    size: bounded(sizeLeast, sizeMost)
      .optional()
      .openapi({ type: "integer", minimum: sizeLeast, maximum: sizeMost, default: sizeDefault, description: "Width in pixels." }),
    margin: bounded(0, marginMost)
      .optional()
      .openapi({ type: "integer", minimum: 0, maximum: marginMost, default: marginDefault, description: "Quiet zone in modules." }),
    level: z.enum(["L", "M", "Q", "H"]).optional().openapi({ default: "M", description: "Error correction: 7, 15, 25 or 30 % may be damaged." }),
  }),
  success: { 200: { description: "The picture", mediaTypes: ["image/svg+xml", "image/png"] }, 304: { description: "The picture is as in If-None-Match" } },
  failures: ["url_not_found"],
  handle: async ({ parts, exchange, id, query }): Promise<Reply> => {
    const link = await parts.desk.store.links.get(id);
    if (!link) throw new Failure("url_not_found");
    const picture: Picture = {
      format: query.format ?? "svg",
      size: query.size ?? sizeDefault,
      margin: query.margin ?? marginDefault,
      level: query.level ?? "M",
    };
    const text = `${parts.baseUrl()}/${link.shortCode}`;
    const etag = `"${createHash("sha256")
      .update(JSON.stringify([text, picture]))
      .digest("hex")
      .slice(0, 32)}"`;
    const headers = { ETag: etag, "Cache-Control": `private, max-age=${cacheS}` };
    if (matches(exchange.request, etag)) return { status: 304, headers, body: null };
    return { status: 200, headers: { ...headers, "Content-Type": picture.format === "svg" ? "image/svg+xml" : "image/png" }, body: await draw(text, picture) };
  },
});

/** GET /urls/:id/qr. */
export const qrOperations: Operation[] = [readQr];
