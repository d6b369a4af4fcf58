/** Most webhooks that are kept; the oldest goes first. */
const keepMost = 5_000;

/** What Alertmanager posts: its format of version 4, as far as tests look at it. */
export interface Webhook {
  readonly path: string;
  readonly receivedAtMs: number;
  readonly authorization: string | null;
  readonly status: "firing" | "resolved";
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly alerts: readonly { readonly status: "firing" | "resolved"; readonly labels: Readonly<Record<string, string>>; readonly startsAt: string }[];
}

/** The receiving end of webhooks, as the desk will be. */
export interface WebhookReceiver extends AsyncDisposable {
  readonly address: string;
  /** What arrived at a path, the oldest first. */
  at(path: string): readonly Webhook[];
}

/** Starts a receiver that takes every webhook. */
export function startWebhookReceiver(port: number): WebhookReceiver {
  const kept: Webhook[] = [];
  const server = Bun.serve({
    port,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const body = (await request.json()) as Omit<Webhook, "path" | "receivedAtMs" | "authorization">;
      kept.push({ ...body, path: new URL(request.url).pathname, receivedAtMs: Date.now(), authorization: request.headers.get("authorization") });
      if (kept.length > keepMost) kept.shift();
      return new Response(null, { status: 204 });
    },
  });
  return {
    address: `http://127.0.0.1:${port}`,
    at: (path) => kept.filter((webhook) => webhook.path === path),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
