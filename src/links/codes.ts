const digits = "0123456789";
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const alphabet = digits + letters;

/** Length of a drawn code, in characters; it grows when a length is crowded. */
export const codeLength = 6;
/** Length that is never exceeded: 62^12 codes are enough for anyone. */
export const codeLengthMost = 12;
/** Tries at one length before the next draw is longer by one. */
export const triesPerLength = 4;

/** First path segments the service uses or may come to use; lower case. */
const reservedCodes = new Set(
  (
    "users urls events health ready metrics prom_metrics docs openapi.json openapi r s app api assets rest robots.txt favicon.ico " +
    "admin login logout signin signout auth keys key import export status desk deploys static public www live livez healthz readyz version well-known .well-known sitemap.xml links link qr stats webhooks"
  ).split(" "),
);

/** Whether a code is a path of the service, whatever its case. */
export function isReservedCode(code: string): boolean {
  return reservedCodes.has(code.toLowerCase());
}

/** Longest code that can exist; a longer one is not looked up. */
export const codeLengthLimit = 64;

/** Whether a text has the shape of a custom code: 3 to 64 of `[0-9A-Za-z_-]`. */
export function isCodeShape(text: string): boolean {
  return /^[0-9A-Za-z_-]{3,64}$/.test(text);
}

/** Fills an array with random bytes from a CSPRNG; handed in so that tests can draw what they want. */
export type RandomBytes = (length: number) => Uint8Array;

export interface CodeShape {
  /** Characters a code is drawn from, at most 256. */
  alphabet: string;
  length: number;
}

/**
 * Draws codes of `shape` without bias: bytes that would favour the first characters are thrown away.
 * Reserved words and codes without a letter are drawn again.
 */
export function drawCode(random: RandomBytes, shape: CodeShape = { alphabet, length: codeLength }): string {
  const unbiased = 256 - (256 % shape.alphabet.length);
  for (;;) {
    let code = "";
    while (code.length < shape.length) {
      for (const byte of random(shape.length * 2)) {
        if (byte < unbiased && code.length < shape.length) code += shape.alphabet[byte % shape.alphabet.length];
      }
    }
    if (/[A-Za-z]/.test(code) && !isReservedCode(code)) return code;
  }
}

/** The shape of the `attempt`-th draw (from 0): a length is given up after `triesPerLength` taken codes. */
export function shapeOfAttempt(attempt: number, first: CodeShape = { alphabet, length: codeLength }): CodeShape {
  return { alphabet: first.alphabet, length: Math.min(first.length + Math.floor(attempt / triesPerLength), codeLengthMost) };
}

/** Draws until the service gives up, over all lengths. */
export function attemptsMost(first: CodeShape = { alphabet, length: codeLength }): number {
  return (codeLengthMost - first.length + 1) * triesPerLength;
}

/**
 * The code a path asks to be redirected, or null: `/:code`, `/r/:code`, `/s/:code`, `/urls/:code/redirect`,
 * each with or without a trailing slash.
 *
 * @param path a URL's path, beginning with a slash, without its query
 */
export function codeOfPath(path: string): string | null {
  const end = path.length > 1 && path.endsWith("/") ? path.length - 1 : path.length;
  const slash = path.indexOf("/", 1);
  if (slash === -1 || slash === end) {
    const code = path.slice(1, end);
    return code === "" || isReservedCode(code) ? null : code;
  }
  const match = /^\/(?:r|s)\/([^/]+)$|^\/urls\/([^/]+)\/redirect$/.exec(path.slice(0, end));
  return match ? (match[1] ?? match[2] ?? null) : null;
}
