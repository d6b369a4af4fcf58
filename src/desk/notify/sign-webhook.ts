import { createHmac } from "node:crypto";

export interface SignedWebhook {
  /** Without a dot, which would make another message of the same signed text. */
  readonly id: string;
  /** When it is sent, in seconds since 1970. */
  readonly timestampS: number;
  readonly body: string;
}

/** The value of `webhook-signature`: one signature for each key (Standard Webhooks 1.0, signature scheme). */
export function signWebhook({ id, timestampS, body }: SignedWebhook, keys: readonly Uint8Array[]): string {
  return keys.map((key) => `v1,${createHmac("sha256", key).update(`${id}.${timestampS}.${body}`).digest("base64")}`).join(" ");
}
