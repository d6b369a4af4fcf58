/** Random identifiers in lower-case hex, drawn in bulk: one call of the generator serves hundreds. */
export interface RandomIds {
  /** `digits` hex digits, never all zero. */
  hex(digits: number): string;
}

/** Random bytes drawn at once. */
const poolBytes = 4_096;

/** @param fillRandom fills a buffer from a cryptographic generator, such as `crypto.getRandomValues` */
export function createRandomIds(fillRandom: (bytes: Buffer<ArrayBuffer>) => unknown): RandomIds {
  const bytes = Buffer.alloc(poolBytes);
  let pool = "";
  let used = 0;
  const draw = (digits: number): string => {
    if (used + digits > pool.length) {
      fillRandom(bytes);
      pool = bytes.toString("hex");
      used = 0;
    }
    return pool.slice(used, (used += digits));
  };
  return {
    hex(digits) {
      let id = draw(digits);
      while (isAllZero(id)) id = draw(digits);
      return id;
    },
  };
}

function isAllZero(id: string): boolean {
  return id.charCodeAt(0) === 48 && /^0+$/.test(id);
}
