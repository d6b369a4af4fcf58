import type { Channel } from "./channel.ts";
import type { Audience } from "./due.ts";

/** Who gets mails. */
export interface MailAddresses {
  readonly team: readonly string[];
  /** Those who are told when nobody of the team acknowledges; without any, the team is told again. */
  readonly escalation: readonly string[];
  /** Who exercises; without any, drills go where everything goes. */
  readonly drill: readonly string[];
}

export interface Destination {
  /** Name of the channel. */
  readonly channel: string;
  readonly recipient: string;
}

type Reachable = Pick<Channel, "name" | "kind">;

/** Where a notification goes: by mail to whom it concerns, and to every other channel; a drill that has its own address stays there. */
export function destinationsOf(audience: Audience, channels: readonly Reachable[], addresses: MailAddresses): Destination[] {
  const recipients = mailRecipients(audience, addresses);
  const isApart = audience === "drill" && addresses.drill.length > 0 && channels.some(({ kind }) => kind === "mail");
  return channels.flatMap(({ name, kind }): Destination[] => {
    if (kind === "mail") return recipients.map((recipient) => ({ channel: name, recipient }));
    return isApart ? [] : [{ channel: name, recipient: "" }];
  });
}

/** Who is told that mail to one recipient fails: the other channels; where there are none, and only this recipient is refused, the other addresses. */
export function fallbacksOf(failed: Destination, isPermanent: boolean, channels: readonly Reachable[], addresses: MailAddresses): Destination[] {
  const others = channels.filter(({ kind }) => kind !== "mail").map(({ name }) => ({ channel: name, recipient: "" }));
  if (others.length > 0 || !isPermanent) return others;
  return mailRecipients("everyone", addresses)
    .filter((recipient) => recipient !== failed.recipient)
    .flatMap((recipient) => channels.map(({ name }) => ({ channel: name, recipient })));
}

function mailRecipients(audience: Audience, { team, escalation, drill }: MailAddresses): readonly string[] {
  switch (audience) {
    case "team":
      return team;
    case "escalation":
      return escalation.length > 0 ? escalation : team;
    case "everyone":
      return [...new Set([...team, ...escalation])];
    case "drill":
      return drill.length > 0 ? drill : team;
  }
}
