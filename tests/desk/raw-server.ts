import { createServer, type Server, type Socket } from "node:net";

export interface RawServer extends Disposable {
  readonly address: string;
  /** Connections so far. */
  connections(): number;
}

/** A server on loopback whose connections are handed to `onConnection`, for answers that no HTTP server would give. */
export async function startRawServer(onConnection: (socket: Socket) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = await new Promise<Server>((resolve) => {
    const made = createServer((socket) => {
      connections++;
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
      onConnection(socket);
    }).listen(0, "127.0.0.1", () => resolve(made));
  });
  const { port } = server.address() as { port: number };
  return {
    address: `http://127.0.0.1:${port}`,
    connections: () => connections,
    [Symbol.dispose]: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Waits for a request and answers it with these bytes; the connection stays open. */
export function answerWith(text: string): (socket: Socket) => void {
  return (socket) => void socket.once("data", () => socket.write(text));
}
