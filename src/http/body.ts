import { Failure } from "../errors.ts";
import { MultipartFile } from "./multipart-file.ts";
import { Pieces } from "./pieces.ts";

/** Largest JSON body, in bytes. */
export const jsonBytesMost = 1_000_000;
/** Largest CSV file, in bytes, with what multipart puts around it. */
export const csvBytesMost = 50_000_000;
/** Longest wait for a whole JSON body, in milliseconds. */
const jsonTimeoutMs = 30_000;
/** Longest wait for a whole CSV file, in milliseconds. */
const csvTimeoutMs = 120_000;

/** What an operation reads: a JSON object, a CSV file, or either. */
export type BodyKind = "json" | "csv" | "csv_or_json";

/** A body that arrived whole. A CSV comes in pieces as they were read. */
export type ReceivedBody = { kind: "json"; bytes: Uint8Array } | { kind: "csv"; pieces: Uint8Array[] };

/** How a body is written. */
export type BodyForm = "json" | "csv" | "multipart";

/**
 * Tells from the headers how a body is written; without a media type it is JSON.
 *
 * @throws Failure `media_type_unsupported`, or `body_missing` or `csv_invalid` when there is no body either
 */
export function bodyFormOf({ headers, body }: Request, kind: BodyKind): BodyForm {
  const mediaType = (headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") {
    throw new Failure("media_type_unsupported", `content encoding ${encoding.slice(0, 40)} is not supported`);
  }
  const isJson = mediaType === "" || mediaType === "application/json" || /^application\/[\w.-]+\+json$/.test(mediaType);
  if (isJson && (kind === "json" || (kind === "csv_or_json" && body !== null))) return "json";
  if (mediaType === "multipart/form-data" && kind !== "json") return "multipart";
  if ((mediaType === "text/csv" || mediaType === "application/csv") && kind !== "json") return "csv";
  if (body !== null)
    throw new Failure("media_type_unsupported", `${mediaType === "" ? "a body without a media type" : mediaType.slice(0, 100)} is not supported here`);
  throw kind === "json" ? new Failure("body_missing") : new Failure("csv_invalid", "no file was sent");
}

/**
 * Receives a body within its limits of size and time, whether or not its length is announced.
 *
 * @throws Failure `media_type_unsupported`, `body_too_large`, `body_timeout`, `body_malformed`, `body_missing` or `csv_invalid`
 */
export async function receiveBody(request: Request, form: BodyForm): Promise<ReceivedBody> {
  const contentType = request.headers.get("content-type") ?? "";
  if (form === "json") return { kind: "json", bytes: await receiveJson(request) };
  return { kind: "csv", pieces: await (form === "csv" ? receiveCsv(request, contentType) : receiveMultipart(request, contentType)) };
}

/**
 * Reads a JSON object.
 *
 * @throws Failure `body_missing`, `body_malformed` or `body_not_object`
 */
export function parseJsonObject(bytes: Uint8Array): Record<string, unknown> {
  if (bytes.length === 0) throw new Failure("body_missing");
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    throw new Failure("body_malformed", cause instanceof SyntaxError ? "the body is not well-formed JSON" : "the body is not UTF-8 or nests too deep", {
      cause,
    });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Failure("body_not_object");
  return value as Record<string, unknown>;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The bytes of a JSON body, as `receiveBody` has them. @throws Failure `media_type_unsupported`, `body_too_large`, `body_timeout`, `body_malformed`, `body_missing` */
export async function receiveJson(request: Request, bytesMost: number = jsonBytesMost): Promise<Uint8Array> {
  checkCharset(request.headers.get("content-type") ?? "");
  if (request.body === null) throw new Failure("body_missing");
  const announced = announcedBytes(request, bytesMost);
  if (announced === null) {
    const pieces = new Pieces();
    await receivePieces(request, { bytesMost, timeoutMs: jsonTimeoutMs }, (piece) => pieces.add(piece));
    return Buffer.concat(pieces.blocks());
  }
  const bytes = await withinTime(request.bytes(), jsonTimeoutMs);
  if (bytes.length > bytesMost) throw new Failure("body_too_large");
  return bytes;
}

async function receiveCsv(request: Request, contentType: string): Promise<Uint8Array[]> {
  checkCharset(contentType);
  const pieces = new Pieces();
  const text = new TextDecoder("utf-8", { fatal: true });
  if (request.body !== null) await receivePieces(request, csvLimits, (piece) => keepText(pieces, text, piece));
  endText(text);
  return pieces.blocks();
}

async function receiveMultipart(request: Request, contentType: string): Promise<Uint8Array[]> {
  const pieces = new Pieces();
  const text = new TextDecoder("utf-8", { fatal: true });
  const file = new MultipartFile(contentType, (piece) => keepText(pieces, text, piece));
  if (request.body !== null) await receivePieces(request, csvLimits, (piece) => file.write(piece));
  file.end();
  endText(text);
  return pieces.blocks();
}

const csvLimits = { bytesMost: csvBytesMost, timeoutMs: csvTimeoutMs };

/** Keeps a piece of a CSV that is UTF-8 so far: nothing of a file is imported before all of it can be read. */
function keepText(pieces: Pieces, text: TextDecoder, piece: Uint8Array): void {
  try {
    text.decode(piece, { stream: true });
  } catch (cause) {
    throw new Failure("csv_invalid", "the file is not UTF-8", { cause });
  }
  pieces.add(piece);
}

function endText(text: TextDecoder): void {
  try {
    text.decode();
  } catch (cause) {
    throw new Failure("csv_invalid", "the file is not UTF-8: its last character is cut off", { cause });
  }
}

/** The announced length, or null when the body comes in chunks. */
function announcedBytes(request: Request, bytesMost: number): number | null {
  const text = request.headers.get("content-length");
  if (text === null) return null;
  const length = Number(text);
  if (length > bytesMost) throw new Failure("body_too_large", `the body has ${text.slice(0, 20)} bytes, at most ${bytesMost} are read`);
  return length;
}

/** Hands on a body piece by piece and stops reading at the limit. */
async function receivePieces(request: Request, limits: { bytesMost: number; timeoutMs: number }, take: (piece: Uint8Array) => void): Promise<void> {
  announcedBytes(request, limits.bytesMost);
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  let received = 0;
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      received += value.length;
      if (received > limits.bytesMost) throw new Failure("body_too_large", `the body has more than ${limits.bytesMost} bytes`);
      take(value);
    }
  };
  try {
    await withinTime(read(), limits.timeoutMs);
  } catch (error) {
    reader.cancel().catch(() => undefined);
    throw error;
  }
}

async function withinTime<T>(arriving: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Failure("body_timeout", `the body did not arrive within ${timeoutMs / 1_000} s`)), timeoutMs);
  });
  try {
    return await Promise.race([arriving, late]);
  } catch (error) {
    throw error instanceof Failure ? error : new Failure("body_malformed", "the body broke off", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function checkCharset(contentType: string): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8" && charset !== "us-ascii")
    throw new Failure("media_type_unsupported", `charset ${charset.slice(0, 40)} is not supported, only utf-8`);
}
