import { Failure } from "../errors.ts";

/** Longest head of one part, in bytes. */
const headBytesMost = 8_192;
/** Most parts of one body. */
const partsMost = 100;

type State = "preamble" | "head" | "file" | "field" | "done";

/**
 * Picks the one file out of a `multipart/form-data` body while it arrives (RFC 7578), without holding more than a delimiter's length.
 * The file is the part with a file name, or one named `file`; plain fields beside it are passed over.
 */
export class MultipartFile {
  readonly #delimiter: Buffer;
  readonly #take: (piece: Uint8Array) => void;
  #rest: Buffer = Buffer.from("\r\n");
  #state: State = "preamble";
  #parts = 0;
  #files = 0;

  /** @throws Failure `csv_invalid` when the media type names no boundary */
  constructor(contentType: string, take: (piece: Uint8Array) => void) {
    const match = /;\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^";\s]{1,70}))/i.exec(contentType);
    if (!match) throw new Failure("csv_invalid", "the multipart body has no boundary");
    this.#delimiter = Buffer.from(`\r\n--${match[1] ?? match[2]}`, "latin1");
    this.#take = take;
  }

  /** @throws Failure `csv_invalid` when the body is no well-formed multipart, or holds a second file */
  write(piece: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? Buffer.from(piece.buffer, piece.byteOffset, piece.length) : Buffer.concat([this.#rest, piece]);
    while (this.#state === "head" ? this.#readHead() : this.#readContent());
  }

  /** @throws Failure `csv_invalid` when the body broke off or held no file */
  end(): void {
    if (this.#files === 0) throw new Failure("csv_invalid", "no file was sent: the multipart body needs one file part");
    if (this.#state !== "done") throw new Failure("csv_invalid", "the multipart body broke off");
  }

  /** Passes on content up to the next delimiter; true when there is more to look at. */
  #readContent(): boolean {
    if (this.#state === "done") {
      this.#rest = Buffer.alloc(0);
      return false;
    }
    const at = this.#rest.indexOf(this.#delimiter);
    const end = at === -1 ? Math.max(0, this.#rest.length - this.#delimiter.length) : at;
    if (this.#state === "file" && end > 0) this.#take(this.#rest.subarray(0, end));
    this.#rest = this.#rest.subarray(end);
    if (at === -1) return false;
    const after = this.#rest.subarray(this.#delimiter.length, this.#delimiter.length + 2);
    if (after.length < 2) return false;
    this.#rest = this.#rest.subarray(this.#delimiter.length);
    this.#state = after.toString("latin1") === "--" ? "done" : "head";
    return true;
  }

  /** Reads a part's head once it is whole; true when it was. */
  #readHead(): boolean {
    const end = this.#rest.indexOf("\r\n\r\n");
    if ((end === -1 ? this.#rest.length : end) > headBytesMost) throw new Failure("csv_invalid", "a part of the multipart body has too long a head");
    if (end === -1) return false;
    if (++this.#parts > partsMost) throw new Failure("csv_invalid", `the multipart body has more than ${partsMost} parts`);
    const disposition = /^content-disposition:(.*)$/im.exec(this.#rest.toString("utf8", 0, end))?.[1] ?? "";
    const isFile = /;\s*filename\*?\s*=/i.test(disposition) || /;\s*name\s*=\s*"?file"?\s*(?:;|$)/i.test(disposition);
    if (isFile && ++this.#files > 1) throw new Failure("csv_invalid", "more than one file was sent; send them one by one");
    this.#state = isFile ? "file" : "field";
    this.#rest = this.#rest.subarray(end + 4);
    return true;
  }
}
