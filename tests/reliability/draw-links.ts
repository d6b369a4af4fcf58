import { LinkCache } from "../../src/links/link-cache.ts";
import { type LinkDesk, shorten } from "../../src/links/shorten.ts";
import { openStoreIn } from "../harness/temporary-store.ts";

/** The shape from which two processes draw at once: so few codes that they meet all the time. */
export const crowdedShape = { alphabet: "abcdef", length: 3 };

/**
 * Run as a program: opens the store of a folder beside others, says so, waits for a word, and shortens `links` addresses.
 * Prints the codes it was given as one JSON array.
 */
async function drawLinks(folder: string, links: number): Promise<string[]> {
  const store = await openStoreIn(folder);
  const begun = new Promise((resolve) => process.once("message", resolve));
  process.send?.("open");
  await begun;
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  const desk: LinkDesk = { store, cache: new LinkCache(0), random, ownHosts: new Set(), dedupes: false, codeShape: crowdedShape };
  const codes: string[] = [];
  for (let link = 0; link < links; link++) {
    const result = await shorten(desk, { userId: 1, originalUrl: `https://example.com/${process.pid}/${link}` }, Date.now());
    if (result.outcome !== "created") throw new Error(`link ${link} became ${result.outcome}`);
    codes.push(result.link.shortCode);
  }
  await store.close();
  return codes;
}

if (import.meta.main) {
  console.log(JSON.stringify(await drawLinks(process.argv[2] as string, Number(process.argv[3]))));
  process.disconnect?.();
}
