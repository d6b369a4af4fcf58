import { readFileSync } from "node:fs";
import { type CountryResponse, Reader } from "mmdb-lib";
import databaseFile from "@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb" with { type: "file" };
import { BoundedCache } from "./bounded-cache.ts";
import type { CountryOf } from "./visitor.ts";

/** Addresses remembered; they are truncated, so a few cover many visitors. */
const addressesMost = 10_000;

/** Reads the country database that is shipped with the program: 8 MB, so this is for the start, not for a click. */
export function createCountryOf(): CountryOf {
  const reader = new Reader<CountryResponse>(readFileSync(databaseFile));
  const known = new BoundedCache<string>(addressesMost);
  return (address) => {
    const remembered = known.get(address);
    if (remembered !== undefined) return remembered || null;
    const country = countryIn(reader.get(address)) ?? "";
    known.set(address, country);
    return country || null;
  };
}

/** The code within a record, whichever of the two shapes the database has. */
function countryIn(record: unknown): string | null {
  if (record === null || typeof record !== "object") return null;
  const { country, country_code: flat } = record as { country?: { iso_code?: string }; country_code?: string };
  return country?.iso_code ?? flat ?? null;
}
