/** Requests that are written at once on a connection, and connections. */
const pipelinedRequests = 50;
const connections = 16;
/** Longest that a storm may take, in milliseconds. */
const stormTimeoutMs = 60_000;

/**
 * Sends raw requests over many keep-alive connections and waits for the answer to each.
 *
 * @param requestOf writes the request of a number from 0 to `count` - 1, whole and without a body
 * @returns how often each status was answered
 * @throws Error when a connection is closed, or answers are missing at the end of the time
 */
export async function sendRequestStorm(address: string, count: number, requestOf: (number: number) => string): Promise<Record<string, number>> {
  const { hostname, port } = new URL(address);
  const statuses: Record<string, number> = {};
  let next = 0;
  const runOne = (): Promise<void> =>
    new Promise((resolve, reject) => {
      let unanswered = 0;
      let rest = "";
      const timer = setTimeout(() => reject(new Error(`${unanswered} answers are missing`)), stormTimeoutMs);
      const finish = (end: () => void): void => {
        clearTimeout(timer);
        end();
      };
      const sendMore = (socket: Bun.Socket): void => {
        let text = "";
        while (unanswered < pipelinedRequests && next < count) {
          text += requestOf(next++);
          unanswered++;
        }
        if (text !== "") socket.write(text);
        else finish(resolve);
        if (unanswered === 0) socket.end();
      };
      const read = (socket: Bun.Socket, bytes: Buffer): void => {
        rest += bytes.toString("latin1");
        const heads = [...rest.matchAll(/HTTP\/1\.1 (\d{3}) /g)];
        for (const [, status = ""] of heads) statuses[status] = (statuses[status] ?? 0) + 1;
        unanswered -= heads.length;
        const last = heads.at(-1);
        // What follows the last head may hold the first half of the next one.
        if (last) rest = rest.slice(last.index + last[0].length);
        if (unanswered === 0) sendMore(socket);
      };
      const closed = (): void => finish(() => reject(new Error(`a connection was closed with ${unanswered} answers missing`)));
      void Bun.connect({ hostname, port: Number(port), socket: { open: sendMore, data: read, close: closed, error: closed } }).catch(reject);
    });
  await Promise.all(Array.from({ length: connections }, runOne));
  return statuses;
}
