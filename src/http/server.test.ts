import { expect, test } from "bun:test";
import { startServer } from "./server.ts";

test("a request whose handling throws gets the answer for faults, and the next one is served", async () => {
  const faults: unknown[] = [];
  const server = startServer({
    host: "127.0.0.1",
    port: 0,
    addressPrivacy: "none",
    redirect: (_, __, code) => {
      if (code === "broken") return Promise.reject(new Error("planted"));
      return new Response("fine");
    },
    app: { fetch: async () => new Response("app"), forgetKeys: () => {} },
    fault: (error) => {
      faults.push(error);
      return Response.json({ code: "internal" }, { status: 500 });
    },
  });
  const broken = await fetch(`http://127.0.0.1:${server.port}/broken`);
  expect([broken.status, await broken.json()]).toEqual([500, { code: "internal" }]);
  expect(faults).toHaveLength(1);
  expect(await (await fetch(`http://127.0.0.1:${server.port}/fine`)).text()).toBe("fine");
  expect(await (await fetch(`http://127.0.0.1:${server.port}/users/1`)).text()).toBe("app");
  await server.close();
});
