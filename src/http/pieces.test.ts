import { describe, expect, test } from "bun:test";
import { Pieces } from "./pieces.ts";

describe("pieces", () => {
  test("come back in order and in few blocks, whatever their sizes", () => {
    const pieces = new Pieces();
    const sent = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251));
    let start = 0;
    for (let size = 1; start < sent.length; size = (size * 3) % 100_003) {
      pieces.add(sent.subarray(start, start + size));
      start += size;
    }
    expect(Buffer.concat(pieces.blocks())).toEqual(sent);
    expect(pieces.blocks().length).toBeLessThanOrEqual(4);
  });

  test("of none are no block", () => {
    expect(new Pieces().blocks()).toEqual([]);
  });
});
