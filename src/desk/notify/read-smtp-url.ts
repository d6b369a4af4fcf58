import { OperatorError } from "../../errors.ts";

/** Where mails are handed over. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** Encrypted from the first byte. */
  readonly isTls: boolean;
  /** Nothing is sent before STARTTLS: a password does not travel in the open. */
  readonly demandsTls: boolean;
  readonly user: string | null;
  readonly password: string | null;
}

const submissionPort = 587;
const tlsPort = 465;
const fault = "SMTP_URL must be such as smtps://user:password@mail.example or smtp://mail.example:25";

/**
 * Reads `smtp://` (STARTTLS where it is offered, demanded where there is a password and the server is another machine) or `smtps://`.
 *
 * @throws OperatorError, which does not repeat the text: there is a password in it
 */
export function readSmtpUrl(text: string): SmtpServer {
  if (!URL.canParse(text)) throw new OperatorError(fault);
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text);
  const isTls = protocol === "smtps:";
  if (!/^smtps?:$/.test(protocol) || hostname === "" || !/^\/?$/.test(pathname) || search || hash) throw new OperatorError(fault);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return {
    host,
    port: port === "" ? (isTls ? tlsPort : submissionPort) : Number(port),
    isTls,
    demandsTls: !isTls && username !== "" && !/^(localhost|127\.[\d.]+|::1)$/.test(host),
    user: username === "" ? null : decode(username),
    password: username === "" ? null : decode(password),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new OperatorError(`${fault}, with % in user and password written as %25`);
  }
}
