/** A TCP connection that sends exactly what it is told, and nothing by itself. */
export interface RawConnection {
  write(bytes: string | Uint8Array): Promise<void>;
  /** What has arrived so far, as Latin-1. */
  received(): string;
  isClosed(): boolean;
  close(): void;
}

/** Longest wait for a connection, in milliseconds. */
const connectTimeoutMs = 10_000;

/** Opens a connection to an address such as `http://127.0.0.1:8080`. @throws Error when it is refused */
export async function openConnection(address: string): Promise<RawConnection> {
  const { hostname, port } = new URL(address);
  let received = "";
  let isClosed = false;
  let onDrain = Promise.withResolvers<void>();
  const end = (): void => {
    isClosed = true;
    onDrain.resolve();
  };
  const connecting = Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data: (_, bytes) => void (received += bytes.toString("latin1")),
      drain: () => onDrain.resolve(),
      close: end,
      error: end,
      end,
    },
  });
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no connection within ${connectTimeoutMs} ms`)), connectTimeoutMs);
  const socket = await Promise.race([connecting, late.promise]).finally(() => clearTimeout(timer));
  return {
    received: () => received,
    isClosed: () => isClosed,
    close: () => socket.terminate(),
    write: async (content) => {
      let rest = typeof content === "string" ? Buffer.from(content, "latin1") : content;
      while (!isClosed && rest.length > 0) {
        onDrain = Promise.withResolvers<void>();
        const written = socket.write(rest);
        if (written < 0) return;
        rest = rest.subarray(written);
        if (rest.length > 0) await onDrain.promise;
      }
    },
  };
}
