import { z } from "@hono/zod-openapi";
import { Failure } from "../errors.ts";
import type { User, UserFilter } from "../storage/store.ts";
import { type Operation, operation } from "./operation.ts";
import { listReply, pageFields } from "./paging.ts";
import { textFilter, timeFormatField } from "./query-fields.ts";
import { emptyReply, jsonReply } from "./reply.ts";
import { newUserSchema, userChangesSchema, userSchema } from "./schemas.ts";
import { type TimeFormat, writeTime } from "./times.ts";

/** A user as clients see it. */
export function writeUser(user: User, time: TimeFormat): z.output<typeof userSchema> {
  return { id: user.id, username: user.username, email: user.email, created_at: writeTime(user.createdAtMs, time) };
}

const listUsers = operation({
  method: "get",
  path: "/users",
  tag: "Users",
  summary: "List users",
  access: "viewer",
  query: z.object({ ...pageFields, username: textFilter().optional(), email: textFilter().optional(), ...timeFormatField }),
  success: { 200: { description: "Users in ascending id order", schema: z.array(userSchema) } },
  handle: async (call) => {
    const { username, email } = call.query;
    const filter: UserFilter = { ...(username === undefined ? {} : { username }), ...(email === undefined ? {} : { email }) };
    return listReply(call, { list: (page) => call.parts.desk.store.users.list(filter, page), write: (user) => writeUser(user, call.time) });
  },
});

const getUser = operation({
  method: "get",
  path: "/users/:id",
  tag: "Users",
  summary: "Read a user",
  access: "viewer",
  notFound: "user_not_found",
  success: { 200: { description: "The user", schema: userSchema } },
  failures: ["user_not_found"],
  handle: async ({ parts, id, time }) => {
    const user = await parts.desk.store.users.get(id);
    if (!user) throw new Failure("user_not_found");
    return jsonReply(200, writeUser(user, time));
  },
});

const createUser = operation({
  method: "post",
  path: "/users",
  tag: "Users",
  summary: "Create a user",
  access: "editor",
  body: newUserSchema,
  success: { 201: { description: "The new user; `Location` has its address", schema: userSchema } },
  failures: ["username_taken", "email_taken"],
  handle: async ({ parts, body, nowMs, time }) => {
    const result = await parts.desk.store.users.create(body, nowMs);
    if (result.outcome !== "created") throw new Failure(result.outcome);
    return jsonReply(201, writeUser(result.user, time), { Location: `/users/${result.user.id}` });
  },
});

const changeUser = (method: "put" | "patch"): Operation =>
  operation({
    method,
    path: "/users/:id",
    tag: "Users",
    summary: "Change a user",
    description: "Fields that are absent stay as they are; PUT and PATCH do the same.",
    access: "editor",
    notFound: "user_not_found",
    body: userChangesSchema,
    success: { 200: { description: "The whole user", schema: userSchema } },
    failures: ["user_not_found", "username_taken", "email_taken"],
    handle: async ({ parts, id, body, time }) => {
      const changes = { ...(body.username === undefined ? {} : { username: body.username }), ...(body.email === undefined ? {} : { email: body.email }) };
      const result = await parts.desk.store.users.update(id, changes);
      if (result.outcome === "updated") return jsonReply(200, writeUser(result.user, time));
      throw new Failure(result.outcome === "not_found" ? "user_not_found" : result.outcome);
    },
  });

const deleteUser = operation({
  method: "delete",
  path: "/users/:id",
  tag: "Users",
  summary: "Delete a user",
  description: "Its links go on, and its links and events stay listable.",
  access: "admin",
  notFound: "user_not_found",
  success: { 204: { description: "The user is gone" } },
  failures: ["user_not_found"],
  handle: async ({ parts, id, nowMs }) => {
    if (!(await parts.desk.store.users.delete(id, nowMs))) throw new Failure("user_not_found");
    return emptyReply();
  },
});

/** Everything under /users but the bulk import. */
export const userOperations: Operation[] = [listUsers, createUser, getUser, changeUser("put"), changeUser("patch"), deleteUser];
