import type { Channel } from "../notify/channel.ts";

/** The way of mails, which a drill can close. */
export interface MailGate {
  readonly isClosed: boolean;
  /** Mails that were refused since the gate was closed the last time. */
  readonly refused: number;
  /** From now on mails about drills are refused, as a mail server that is out of order would; all others pass. */
  close(): void;
  open(): void;
  /** A channel behind the gate; only mail is. */
  guard(channel: Channel): Channel;
}

/** What the mail server of a drill says while it refuses (RFC 5321, 4.2.3). */
const refusal = "451 4.3.0 refused by the drill";

export function createMailGate(): MailGate {
  let isClosed = false;
  let refused = 0;
  return {
    get isClosed() {
      return isClosed;
    },
    get refused() {
      return refused;
    },
    close: () => {
      [isClosed, refused] = [true, 0];
    },
    open: () => {
      isClosed = false;
    },
    guard: (channel) => {
      if (channel.kind !== "mail") return channel;
      return {
        ...channel,
        send: async (message) => {
          if (!isClosed || !message.incident.isDrill) return channel.send(message);
          refused++;
          return { isSent: false, answer: refusal, isPermanent: false };
        },
      };
    },
  };
}
