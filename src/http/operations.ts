import { bulkOperations } from "./bulk.ts";
import { docsOperations } from "./docs.ts";
import { eventOperations } from "./events.ts";
import { unmatchedRoute } from "./exchange.ts";
import { metricsOperations } from "./metrics-route.ts";
import { createDocument } from "./openapi.ts";
import type { Operation } from "./operation.ts";
import { probeOperations } from "./probes.ts";
import { qrOperations } from "./qr.ts";
import { redirectPaths } from "./redirect-routes.ts";
import { statsOperations } from "./stats.ts";
import { urlOperations } from "./urls.ts";
import { userOperations } from "./users.ts";
import { version } from "../version.ts";

/** Everything the router answers, in the order of the reference. */
export const operations: readonly Operation[] = [
  ...userOperations,
  ...urlOperations,
  ...statsOperations,
  ...qrOperations,
  ...bulkOperations,
  ...eventOperations,
  ...probeOperations,
  ...metricsOperations,
  ...docsOperations(() => document),
];

/** Written once, at the start: it takes 50 ms, which is too long for a request. */
const document = createDocument(operations, version);

/** Method and template of every route, redirects and requests without a route included, so that their series exist from the start. */
export function declaredRoutes(): { method: string; route: string }[] {
  const answered = operations.map(({ method, path }) => ({ method: method.toUpperCase(), route: path }));
  const redirects = redirectPaths.flatMap((route) => ["GET", "HEAD"].map((method) => ({ method, route })));
  return [...answered, ...redirects, ...["GET", "POST"].map((method) => ({ method, route: unmatchedRoute }))];
}
