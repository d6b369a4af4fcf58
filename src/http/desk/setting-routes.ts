import { z } from "@hono/zod-openapi";
import { describeSettings } from "../../config.ts";
import { runbooks } from "../../desk/runbooks.ts";
import { Failure } from "../../errors.ts";
import { emptyReply, jsonReply } from "../reply.ts";
import { type DeskRoute, deskRoute } from "./desk-route.ts";

/** Longest key and longest name of a person, in characters. */
const keyLengthMost = 512;
const nameLengthMost = 60;
/** Drills of one answer. */
const drillsMost = 100;

const listRunbooks = deskRoute({
  method: "get",
  path: "/api/runbooks",
  access: "viewer",
  handle: () => jsonReply(200, { runbooks: runbooks.map(({ name, summary }) => ({ name, summary })) }),
});

const readRunbook = deskRoute({
  method: "get",
  path: "/api/runbooks/:name",
  access: "viewer",
  handle: ({ names }) => {
    const found = runbooks.find(({ name }) => name === names["name"]);
    if (!found) throw new Failure("entry_not_found");
    return jsonReply(200, { name: found.name, text: found.text });
  },
});

const listChannels = deskRoute({
  method: "get",
  path: "/api/channels",
  access: "viewer",
  handle: ({ parts }) => jsonReply(200, { channels: parts.desk.notifications.views() }),
});

const testChannel = deskRoute({
  method: "post",
  path: "/api/channels/:name/test",
  access: "editor",
  handle: async ({ parts, names }) => {
    const results = await parts.desk.notifications.sendTest(names["name"] ?? "");
    if (results === null) throw new Failure("entry_not_found");
    const answer = results.map(({ recipient, answer }) => (recipient === "" ? answer : `${recipient}: ${answer}`)).join("\n");
    const isSent = results.length > 0 && results.every((result) => result.isSent);
    return jsonReply(200, { ok: isSent, answer: results.length === 0 ? "MAIL_TO names nobody" : answer });
  },
});

const listDrills = deskRoute({
  method: "get",
  path: "/api/drills",
  access: "viewer",
  handle: ({ parts }) => {
    const { scenarios, isAllowed, reason } = parts.desk.drills;
    return jsonReply(200, { scenarios, drills: parts.desk.stores.reviews.drills(drillsMost), isAllowed, reason });
  },
});

const startDrill = deskRoute({
  method: "post",
  path: "/api/drills",
  access: "editor",
  body: z.object({ scenario: z.string().max(nameLengthMost) }),
  handle: async ({ parts, body }) => {
    const { isAllowed, reason, start } = parts.desk.drills;
    if (!isAllowed) throw new Failure("forbidden", reason ?? "drills are not allowed here");
    const started = await start(body.scenario);
    if (started === null) throw new Failure("entry_not_found", "there is no such scenario");
    return jsonReply(202, started);
  },
});

const readSettings = deskRoute({
  method: "get",
  path: "/api/settings",
  access: "viewer",
  handle: ({ parts, gate }) => {
    const settings = describeSettings().map(({ name, sentence, isSecret }) => {
      const value: unknown = parts.config[name as keyof typeof parts.config];
      return { name, sentence, value: isSecret ? (isSet(value) ? "set" : "not set") : shown(value) };
    });
    return jsonReply(200, { settings, version: parts.version, open: gate.isOpen });
  },
});

function isSet(value: unknown): boolean {
  if (value === null || value === "") return false;
  return typeof value === "object" ? Object.keys(value).length > 0 : true;
}

function shown(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

const readSession = deskRoute({
  method: "get",
  path: "/api/session",
  access: "public",
  handle: ({ gate, request }) => jsonReply(200, { author: gate.authorOf(request), isOpen: gate.isOpen }, { "Cache-Control": "no-store" }),
});

const signIn = deskRoute({
  method: "post",
  path: "/api/session",
  access: "public",
  body: z.object({ key: z.string().min(1).max(keyLengthMost), name: z.string().trim().min(1).max(nameLengthMost).optional() }),
  handle: ({ gate, body, request }) => {
    if (gate.isOpen) return jsonReply(200, { author: gate.authorOf(request), isOpen: true });
    const { author, cookie } = gate.signIn(body.key, body.name ?? null);
    return jsonReply(200, { author, isOpen: false }, { "Set-Cookie": cookie, "Cache-Control": "no-store" });
  },
});

const signOut = deskRoute({
  method: "delete",
  path: "/api/session",
  access: "public",
  handle: ({ gate }) => emptyReply({ "Set-Cookie": gate.signOut() }),
});

/** Runbooks, channels, drills, settings and the sign-in. */
export const settingRoutes: readonly DeskRoute[] = [
  listRunbooks,
  readRunbook,
  listChannels,
  testChannel,
  listDrills,
  startDrill,
  readSettings,
  readSession,
  signIn,
  signOut,
];
