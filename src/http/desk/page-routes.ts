import { Failure } from "../../errors.ts";
import type { Reply } from "../reply.ts";
import type { ServedFile } from "./desk-app-parts.ts";
import { type DeskRoute, deskRoute } from "./desk-route.ts";

/** Paths of pages; all of them are the same document, which reads the path itself. */
const pagePaths = [
  "/",
  "/incidents",
  "/incidents/:number",
  "/alerts",
  "/logs",
  "/objectives",
  "/runbooks",
  "/runbooks/:name",
  "/postmortems",
  "/postmortems/:number",
  "/drills",
  "/targets",
  "/settings",
] as const;

function fileReply({ body, gzip, headers }: ServedFile, request: Request): Reply {
  const isPacked = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
  return { status: 200, headers: { ...headers, Vary: "Accept-Encoding", ...(isPacked ? { "Content-Encoding": "gzip" } : {}) }, body: isPacked ? gzip : body };
}

const pages = pagePaths.map((path) =>
  deskRoute({
    method: "get",
    path,
    access: "public",
    handle: async ({ parts, request }) => {
      const served = await parts.pages();
      if (served === null) throw new Failure("route_not_found", "the pages are not there; the API is");
      return fileReply(served.html, request);
    },
  }),
);

const assets = deskRoute({
  method: "get",
  path: "/assets/:file",
  access: "public",
  isProbe: true,
  handle: async ({ parts, request, names }) => {
    const found = (await parts.pages())?.files.get(`/assets/${names["file"] ?? ""}`);
    if (!found) throw new Failure("route_not_found");
    return fileReply(found, request);
  },
});

/** The desk's pages; they hold nothing that is not public, and ask the API for the rest. */
export const pageRoutes: readonly DeskRoute[] = [...pages, assets];
