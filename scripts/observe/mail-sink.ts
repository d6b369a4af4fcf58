import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerDataStream } from "smtp-server";

const loopback = "127.0.0.1";
/** Largest mail that is taken, in bytes. */
const mailMostBytes = 1_048_576;
/** Most clients at once, and how long a silent one is kept, in milliseconds. */
const clientsMost = 20;
const clientTimeoutMs = 10_000;
/** How long clients may take to leave when the sink stops, in milliseconds. */
const closeTimeoutMs = 500;
/** Status for a mail that is over the limit (RFC 5321, 4.2.3). */
const tooLarge = 552;

export interface ReceivedMail {
  readonly subject: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly html: string;
  /** By name in lower case; of a header that is there twice, the last. */
  readonly headers: Readonly<Record<string, string>>;
  /** When its last byte was here, in milliseconds since 1970. */
  readonly receivedAtMs: number;
  readonly raw: string;
}

export interface MailSinkOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Most mails that are kept; the oldest goes first. */
  readonly keepMost: number;
  readonly nowMs: () => number;
}

/** A mail server on loopback that keeps what it is sent and passes nothing on. */
export interface MailSink {
  readonly port: number;
  /** What is kept, the oldest first. */
  mails(): readonly ReceivedMail[];
  /** Refuses every mail from now on with this status (421, 451, 550); null takes them again. */
  answer(status: number | null): void;
  stop(): Promise<void>;
}

/** Starts a mail sink. @throws Error when the port is taken */
export async function startMailSink({ port, keepMost, nowMs }: MailSinkOptions): Promise<MailSink> {
  const kept: ReceivedMail[] = [];
  let refusal: number | null = null;
  const take = async (stream: SMTPServerDataStream, done: (error?: Error) => void): Promise<void> => {
    try {
      kept.push(await readMail(stream, nowMs));
      if (kept.length > keepMost) kept.shift();
      done();
    } catch (error) {
      done(error as Error);
    }
  };
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    size: mailMostBytes,
    maxClients: clientsMost,
    socketTimeout: clientTimeoutMs,
    closeTimeout: closeTimeoutMs,
    onMailFrom: (_address, _session, done) => done(refusal === null ? null : smtpError(refusal, "refused on request")),
    onData: (stream, _session, done) => void take(stream, done),
  });
  return {
    port: await listen(server, port),
    mails: () => kept,
    answer: (status) => {
      refusal = status;
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** Listens and then only notes errors: those of single clients that went away are no fault of the sink. */
function listen(server: SMTPServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    const listener = server.listen(port, loopback, () => resolve((listener.address() as { port: number }).port));
  });
}

/** Reads a mail to its end. @throws Error with the status for the client when it is over the limit */
async function readMail(stream: SMTPServerDataStream, nowMs: () => number): Promise<ReceivedMail> {
  const pieces: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const piece of stream as AsyncIterable<Uint8Array>) {
    lengthBytes += piece.byteLength;
    if (lengthBytes <= mailMostBytes) pieces.push(piece);
  }
  if (lengthBytes > mailMostBytes) throw smtpError(tooLarge, `a mail may have ${mailMostBytes} bytes`);
  return parseMail(Buffer.concat(pieces), nowMs());
}

async function parseMail(bytes: Uint8Array, receivedAtMs: number): Promise<ReceivedMail> {
  const mail: Email = await PostalMime.parse(bytes);
  return {
    subject: mail.subject ?? "",
    from: mail.from?.address ?? "",
    to: (mail.to ?? []).flatMap(({ address }) => address ?? []),
    text: mail.text ?? "",
    html: mail.html ?? "",
    headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
    receivedAtMs,
    raw: new TextDecoder().decode(bytes),
  };
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
