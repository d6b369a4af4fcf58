import { describe, expect, test } from "bun:test";
import { readNotifyUrls } from "./read-notify-urls.ts";
import { readSmtpUrl } from "./read-smtp-url.ts";
import { readWebhookKeys } from "./webhook-channel.ts";

const options = { webhookKeys: [new Uint8Array(24)], nowMs: () => 0 };
const secret = "T0123-secret-path";

describe("NOTIFY_URLS", () => {
  test("names a channel for each address, by its kind or by what follows #, and shows no secret of it", () => {
    const text = [
      `slack+https://hooks.slack.com/services/${secret}`,
      ` slack+https://chat.example/hooks/${secret}#night-shift`,
      `discord+https://discord.com/api/webhooks/1/${secret}`,
      `teams+https://example.webhook.office.com/${secret}?sig=${secret}`,
      `ntfy+https://user:${secret}@ntfy.sh/${secret}`,
      `webhook+http://127.0.0.1:9/`,
      `slack+https://hooks.slack.com/services/2-${secret}`,
      "",
    ].join(",");
    const channels = readNotifyUrls(text, options);
    expect(channels.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      "slack slack",
      "night-shift slack",
      "discord discord",
      "teams teams",
      "ntfy ntfy",
      "webhook webhook",
      "slack-2 slack",
    ]);
    expect(channels.map(({ target }) => target).join(" ")).not.toContain(secret);
    expect(channels.map(({ target }) => target)[0]).toBe("hooks.slack.com/…");
    expect(readNotifyUrls("", options)).toEqual([]);
  });

  test("lists all faults by their place, and repeats no address", () => {
    const text = `slack+ftp://x/${secret},pager+https://x/${secret},https://x/${secret},ntfy+https://ntfy.sh/a/${secret},slack+https://x/${secret}#Mail!,slack+https://%zz@x/${secret}`;
    const read = (): unknown => readNotifyUrls(text, options);
    expect(read).toThrow(/address 1 must[^]*address 2 must[^]*address 3 must[^]*address 4 must end[^]*address 5 has a name[^]*address 6/);
    expect(read).not.toThrow(secret);
    expect(() => readNotifyUrls("webhook+https://x/", { ...options, webhookKeys: [] })).toThrow("needs WEBHOOK_SECRET");
    expect(() => readNotifyUrls("slack+https://x/#a,teams+https://x/#a", options)).toThrow("which another has");
    expect(() => readNotifyUrls("slack+https://x/#mail", options)).toThrow("is mail");
    expect(() => readNotifyUrls("slack+https://x/a,".repeat(21), options)).toThrow("20 are the most");
  });
});

test("WEBHOOK_SECRET is one to three keys of 24 to 64 bytes, and is not repeated in a fault", () => {
  const key = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 1).toString("base64")}`;
  expect(readWebhookKeys(`${key(24)}, ${key(64)}`).map(({ byteLength }) => byteLength)).toEqual([24, 64]);
  for (const text of ["", "secret-secret-secret-secret", key(23), key(65), `${key(24)},`, [1, 2, 3, 4].map(() => key(24)).join()])
    expect(() => readWebhookKeys(text)).toThrow(/^WEBHOOK_SECRET must be whsec_ and 24 to 64 bytes/);
});

describe("SMTP_URL", () => {
  test("says where and how mails are handed over; a password to another machine demands TLS", () => {
    const { host, port, isTls, demandsTls } = readSmtpUrl("smtp://mail.example");
    expect({ host, port, isTls, demandsTls }).toEqual({ host: "mail.example", port: 587, isTls: false, demandsTls: false });
    expect(readSmtpUrl("smtps://mail.example")).toMatchObject({ port: 465, isTls: true, demandsTls: false });
    expect(readSmtpUrl("smtp://me%40x:p%2Fw@mail.example:25")).toMatchObject({ port: 25, demandsTls: true, user: "me@x", password: "p/w" });
    expect(readSmtpUrl("smtp://me:pw@127.0.0.1:25")).toMatchObject({ demandsTls: false });
    expect(readSmtpUrl("smtp://[::1]:25")).toMatchObject({ host: "::1" });
  });

  test("with a fault is refused without being repeated", () => {
    for (const text of ["mail.example", `http://u:${secret}@x`, `smtp://u:${secret}@x/path`, `smtp://x?secure=${secret}`, `smtp://u:%zz${secret}@x`]) {
      expect(() => readSmtpUrl(text)).toThrow("SMTP_URL must be such as");
      expect(() => readSmtpUrl(text)).not.toThrow(secret);
    }
  });
});
