import { openOutbox } from "../../src/storage/sqlite/desk/outbox.ts";
import { createMailChannel } from "../../src/desk/notify/mail-channel.ts";
import { readSmtpUrl } from "../../src/desk/notify/read-smtp-url.ts";
import { alertOf, fromAddress, openNotifyDesk } from "./notify-parts.ts";

/** How often it looks for what is due, in milliseconds. */
const tickEveryMs = 5;

/** A desk of its own process that opens incidents until it is killed: `bun notify-child.ts FOLDER PORT NEW`. */
const [folder = "", port = "", news = ""] = process.argv.slice(2);
const clock = { nowMs: Date.now() };
const channel = createMailChannel({ server: readSmtpUrl(`smtp://127.0.0.1:${port}`), from: fromAddress });
const at = openNotifyDesk({ folder, clock, channels: [channel], policy: { gatherMs: 0 } });
process.stdout.write("open\n");
for (let number = 0; ; number++) {
  clock.nowMs = Date.now();
  if (number < Number(news)) {
    const incident = at.desk.alertChanged(alertOf(clock, { service: `service-${clock.nowMs}-${number}` }), clock.nowMs);
    process.stdout.write(`opened ${incident?.id}\n`);
  }
  void at.notifications.tick();
  await Bun.sleep(tickEveryMs);
  if (number > Number(news) && openOutbox(at.database).counts().waiting === 0) process.stdout.write("idle\n");
}
