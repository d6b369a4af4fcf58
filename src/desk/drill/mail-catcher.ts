const loopback = "127.0.0.1";
/** Largest mail that is read, in bytes; a client that sends more is cut off. */
const mailBytesMost = 1_048_576;
const endOfMail = "\r\n.\r\n";

/** Takes mails on loopback and lets go of them, for a drill on a machine that has no mail server. */
export interface MailCatcher {
  readonly port: number;
  /** Subjects of what was taken, oldest first. */
  subjects(): readonly string[];
  stop(): void;
}

interface Session {
  /** What has arrived and is not answered. */
  text: string;
  isMail: boolean;
}

/** Speaks as much SMTP (RFC 5321) as a mail client needs to get rid of a mail. @throws Error when nothing can listen */
export function startMailCatcher(): MailCatcher {
  const subjects: string[] = [];
  const take = (session: Session): string => {
    if (session.isMail) {
      const end = session.text.indexOf(endOfMail);
      if (end === -1) return "";
      subjects.push(/^Subject: (.*)$/im.exec(session.text.slice(0, end))?.[1]?.trim() ?? "");
      [session.text, session.isMail] = [session.text.slice(end + endOfMail.length), false];
      return `250 taken\r\n${take(session)}`;
    }
    const end = session.text.indexOf("\r\n");
    if (end === -1) return "";
    const word = session.text.slice(0, end).split(" ")[0]?.toUpperCase() ?? "";
    session.text = session.text.slice(end + 2);
    session.isMail = word === "DATA";
    const answer = word === "DATA" ? "354 go on" : word === "QUIT" ? "221 good bye" : "250 well";
    return `${answer}\r\n${take(session)}`;
  };
  const server = Bun.listen<Session>({
    hostname: loopback,
    port: 0,
    socket: {
      open: (socket) => {
        socket.data = { text: "", isMail: false };
        socket.write(`220 ${loopback} takes mails for a drill\r\n`);
      },
      data: (socket, bytes) => {
        socket.data.text += bytes.toString("latin1");
        if (socket.data.text.length > mailBytesMost) return socket.terminate();
        const answer = take(socket.data);
        if (answer !== "") socket.write(answer);
        if (answer.endsWith("221 good bye\r\n")) socket.end();
      },
      error: () => undefined,
    },
  });
  return { port: server.port, subjects: () => subjects, stop: () => server.stop(true) };
}
