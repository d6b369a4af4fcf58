import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../config.ts";
import type { LaunchedProgram } from "../desk/drill/launch.ts";
import { startMailCatcher } from "../desk/drill/mail-catcher.ts";
import { OperatorError } from "../errors.ts";
import { launchSelf } from "./launch-self.ts";

/** How long a program may take to answer, and to stop, in milliseconds. */
const startTimeoutMs = 20_000;
const stopTimeoutMs = 10_000;
/** An hour of the rules is a minute; a restart of a second would be a minute then, and no blip. */
const watchSpeed = (scenario: string): string => (scenario === "blip" ? "10" : "60");

/** A desk that exists for one drill. */
export interface DeskApart extends AsyncDisposable {
  readonly address: string;
  /** Where its mails go. */
  readonly mailsTo: string;
}

/**
 * Starts a desk of its own, with a healthy link service to watch, in a folder that is gone afterwards. Its mails leave by the mail
 * server of the settings, where there is one and somebody to write to; else they are caught here.
 *
 * @throws OperatorError when it does not come up
 */
export async function startDeskApart(scenario: string, { SMTP_URL, MAIL_FROM, MAIL_TO, NOTIFY_URLS, WEBHOOK_SECRET }: Config): Promise<DeskApart> {
  await using stage = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "srenity-drill-desk-"));
  stage.defer(() => rmSync(folder, { recursive: true, force: true }));
  const start = async (command: string, settings: Record<string, string>): Promise<string> => {
    const { promise: answers, resolve } = Promise.withResolvers<string | null>();
    const own = { HOST: "127.0.0.1", DATA_DIR: join(folder, command), AUTH: "off", ...settings };
    const onMessage = (message: unknown): void => resolve((message as { address: string }).address);
    const program = launchSelf([command], { settings: own, drillToken: null, logFile: join(folder, `${command}.log`), onMessage });
    stage.defer(() => end(program));
    const timer = setTimeout(() => resolve(null), startTimeoutMs);
    const address = await Promise.race([answers, program.exited.then(() => null)]);
    clearTimeout(timer);
    if (address === null)
      throw new OperatorError(`\`srenity ${command}\` did not start for the drill: ${lastLine(await Bun.file(join(folder, `${command}.log`)).text())}`);
    return address;
  };

  const linkService = await start("serve", { PORT: "0" });
  const isMailed = SMTP_URL !== null && MAIL_TO.length > 0;
  const catcher = isMailed ? null : startMailCatcher();
  if (catcher) stage.defer(() => catcher.stop());
  const mail = isMailed
    ? { SMTP_URL, MAIL_FROM: MAIL_FROM.join(","), MAIL_TO: MAIL_TO.join(",") }
    : { SMTP_URL: `smtp://127.0.0.1:${catcher?.port}`, MAIL_TO: "oncall@drill.example" };
  const others = { ...(NOTIFY_URLS.length > 0 ? { NOTIFY_URLS: NOTIFY_URLS.join(",") } : {}), ...(WEBHOOK_SECRET === "" ? {} : { WEBHOOK_SECRET }) };
  const address = await start("watch", { DESK_PORT: "0", WATCH_TARGETS: linkService, WATCH_SPEED: watchSpeed(scenario), DRILLS: "on", ...mail, ...others });
  const started = stage.move();
  return { address, mailsTo: isMailed ? MAIL_TO.join(", ") : "a mail server of the drill's own", [Symbol.asyncDispose]: () => started.disposeAsync() };
}

async function end(program: LaunchedProgram): Promise<void> {
  program.kill("SIGTERM");
  const timer = setTimeout(() => program.kill("SIGKILL"), stopTimeoutMs);
  await program.exited;
  clearTimeout(timer);
}

function lastLine(log: string): string {
  return log.trimEnd().split("\n").at(-1) ?? "";
}
