import { createServer, type Server } from "node:net";

/** Ports below those that the system gives to clients: a port that is given back for a while is not taken by a connection. */
const lowestPort = 15_000;
const highestPort = 31_000;
/** Most ports that are tried for one that is free. */
const triesMost = 50;

/** Ports of loopback that nothing listens on. @throws Error when hardly any is free */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  try {
    while (servers.length < count) servers.push(await listenSomewhere());
    return servers.map((server) => (server.address() as { port: number }).port);
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

async function listenSomewhere(): Promise<Server> {
  for (let tried = 0; tried < triesMost; tried++) {
    const port = lowestPort + Math.floor(Math.random() * (highestPort - lowestPort));
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (isFree) return server;
  }
  throw new Error(`none of ${triesMost} ports was free`);
}
