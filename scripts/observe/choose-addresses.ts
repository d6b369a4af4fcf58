import { createServer } from "node:net";
import type { Addresses } from "../generate/addresses.ts";

/** A part whose port was taken, and the one it got instead. */
export interface MovedPart {
  part: string;
  wantedPort: number;
  port: number;
}

/** Ports that are tried after a taken one. */
const portsTried = 20;

const listening = ["linkService", "desk", "prometheus", "alertmanager", "mailServer"] as const;
type Listening = (typeof listening)[number];
const words: Record<Listening, string> = {
  linkService: "link service",
  desk: "pages",
  prometheus: "Prometheus",
  alertmanager: "Alertmanager",
  mailServer: "mail server",
};

/** Asks for a port of this machine: the number, or null when it is taken; 0 asks for any. */
function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : null));
    });
  });
}

/** The wanted port, the next free one after it, or any; never one of `given`. @throws Error when all are taken */
async function findPort(wantedPort: number, given: ReadonlySet<number>): Promise<number> {
  for (let tried = 0; tried <= portsTried; tried++) {
    const wanted = wantedPort === 0 ? 0 : wantedPort + tried;
    const port = given.has(wanted) ? null : await tryPort(wanted);
    if (port !== null && !given.has(port)) return port;
  }
  throw new Error(`The ports ${wantedPort} to ${wantedPort + portsTried} are taken: stop what listens there, or add --free-ports.`);
}

const portOf = (address: string): number => Number(/:(\d+)$/.exec(address)?.[1] ?? 0);

/**
 * Puts every part on a free port of this machine.
 *
 * @param wanted where the parts are usually found; hosts are replaced by 127.0.0.1
 * @param takesFreePorts whether any free ports will do
 * @returns the addresses, and which parts are not where they usually are
 * @throws Error when no port can be had
 */
export async function chooseAddresses(wanted: Addresses, takesFreePorts: boolean): Promise<{ addresses: Addresses; moved: MovedPart[] }> {
  const given = new Set<number>();
  const moved: MovedPart[] = [];
  const found: Partial<Record<Listening, string>> = {};
  for (const part of listening) {
    const wantedPort = portOf(wanted[part]);
    const port = await findPort(takesFreePorts ? 0 : wantedPort, given);
    given.add(port);
    found[part] = `${part === "mailServer" ? "" : "http://"}127.0.0.1:${port}`;
    if (port !== wantedPort && !takesFreePorts) moved.push({ part: words[part], wantedPort, port });
  }
  return { addresses: { ...wanted, ...found, runbooks: `${found.desk}/runbooks` }, moved };
}
