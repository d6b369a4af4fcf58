export interface Received {
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** Takes what channels post, on loopback. */
export interface Receiver extends AsyncDisposable {
  readonly address: string;
  readonly received: readonly Received[];
  /** What it answers from now on. */
  answer(respond: () => Response | Promise<Response>): void;
}

/** Starts a receiver that answers 200 "ok". */
export function startReceiver(): Receiver {
  const received: Received[] = [];
  let respond: () => Response | Promise<Response> = () => new Response("ok");
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      received.push({ path: pathname + search, headers: request.headers, body: await request.text() });
      return respond();
    },
  });
  return {
    address: `http://127.0.0.1:${server.port}`,
    received,
    answer: (next) => {
      respond = next;
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
