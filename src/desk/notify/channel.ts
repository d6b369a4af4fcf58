import type { ChannelView } from "../views.ts";
import type { Message } from "./message.ts";

/** What the receiving server said. */
export type SendResult =
  | { readonly isSent: true; readonly answer: string }
  | {
      readonly isSent: false;
      readonly answer: string;
      /** The same message would be refused again. */
      readonly isPermanent: boolean;
      /** How long the server asks to be left alone, in milliseconds. */
      readonly retryAfterMs?: number;
    };

/** A way to reach people. Sending ends within its own time limit and never throws. */
export interface Channel {
  /** Unique and lasting: the outbox keeps it. */
  readonly name: string;
  readonly kind: ChannelView["kind"];
  /** Where it leads, without secrets. */
  readonly target: string;
  send(message: Message): Promise<SendResult>;
}

/** Most characters of a server's answer that are kept. */
export const answerLengthMost = 300;
