import { createHash } from "node:crypto";
import { createTransport, type NodemailerError, type SendMailOptions } from "nodemailer";
import { cleanText } from "../watch/clean-text.ts";
import { answerLengthMost, type Channel, type SendResult } from "./channel.ts";
import { mailHtml } from "./mail-html.ts";
import { mailText } from "./mail-text.ts";
import type { Message } from "./message.ts";
import { wordsOf } from "./message-words.ts";
import type { SmtpServer } from "./read-smtp-url.ts";

/** How long a mail server may take to take a mail, and to do each of its steps, in milliseconds. */
const sendTimeoutMs = 30_000;
const stepTimeoutMs = 10_000;
/** Largest answer of a mail server that is read, in bytes. */
const answerMostBytes = 65_536;

export interface MailChannelOptions {
  readonly server: SmtpServer;
  /** Address of the sender, with or without a name. */
  readonly from: string;
  /** For tests of slow servers, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Sends mails by SMTP, a connection each: incidents are rare, and a kept connection would be the one that broke. */
export function createMailChannel({ server, from, timeoutMs = sendTimeoutMs }: MailChannelOptions): Channel {
  const stepMs = Math.min(stepTimeoutMs, timeoutMs);
  const transport = createTransport({
    host: server.host,
    port: server.port,
    secure: server.isTls,
    requireTLS: server.demandsTls,
    ...(server.user === null ? {} : { auth: { user: server.user, pass: server.password ?? "" } }),
    connectionTimeout: stepMs,
    greetingTimeout: stepMs,
    dnsTimeout: stepMs,
    socketTimeout: timeoutMs,
    socketCloseTimeout: 0,
    maxResponseSize: answerMostBytes,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    name: "mail",
    kind: "mail",
    target: `${server.host}:${server.port}`,
    send: async (message) => {
      try {
        const { response } = await transport.sendMail({ ...mailOf(message, from), signal: AbortSignal.timeout(timeoutMs) });
        return { isSent: true, answer: cleanText(response, answerLengthMost) };
      } catch (error) {
        return refusalOf(error as NodemailerError, timeoutMs);
      }
    },
  };
}

/** The mail of a message. Its Message-ID comes from the message's key: who gets it twice can tell. */
function mailOf(message: Message, from: string): SendMailOptions {
  const domain = /@([\w.-]+)/.exec(from)?.[1] ?? "localhost";
  const { id, openedAtMs } = message.incident;
  const thread = message.reason === "test" ? null : `<inc-${id}.${openedAtMs}@${domain}>`;
  return {
    from,
    to: message.recipient,
    subject: wordsOf(message).subject,
    date: new Date(message.createdAtMs),
    messageId: `<${createHash("sha256").update(message.key).digest("hex").slice(0, 40)}@${domain}>`,
    text: mailText(message),
    html: mailHtml(message),
    ...(thread === null ? {} : { inReplyTo: thread, references: [thread] }),
    ...(message.isUrgent ? { priority: "high" as const } : {}),
    headers: {
      "Auto-Submitted": "auto-generated",
      "List-Id": { prepared: true, value: `SREnity incidents <incidents.${domain}>` },
      "X-SREnity-Incident": `INC-${id}`,
      "X-SREnity-Reason": message.reason,
    },
  };
}

/** What nodemailer calls a refusal of this sender, recipient or mail; a refused login or connection may be put right meanwhile. */
const mailRefusals: ReadonlySet<string> = new Set(["EENVELOPE", "EMESSAGE"]);

function refusalOf({ code = "", permanent, response, message }: NodemailerError, timeoutMs: number): SendResult {
  if (code === "EABORT") return { isSent: false, answer: `no answer within ${timeoutMs} ms`, isPermanent: false };
  return { isSent: false, answer: cleanText(response ?? message, answerLengthMost), isPermanent: permanent === true && mailRefusals.has(code) };
}
