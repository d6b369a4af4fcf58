import { expect, test } from "bun:test";
import { createServer, type Server } from "node:net";
import { readAddresses } from "../generate/addresses.ts";
import { chooseAddresses } from "./choose-addresses.ts";

function listen(): Promise<{ server: Server; port: number }> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => resolve({ server, port: (server.address() as { port: number }).port }));
  });
}

test("a taken port is replaced by one of the next, and that is told; runbooks stay with their pages", async () => {
  const { server, port } = await listen();
  try {
    const wanted = { ...readAddresses(), desk: `http://127.0.0.1:${port}` };
    const { addresses, moved } = await chooseAddresses(wanted, false);
    const found = moved.find(({ part }) => part === "pages");
    expect(found?.wantedPort).toBe(port);
    expect(found?.port).toBeGreaterThan(port);
    expect(addresses.desk).toBe(`http://127.0.0.1:${found?.port}`);
    expect(addresses.runbooks).toBe(`${addresses.desk}/runbooks`);
    expect(addresses.pagesTo).toBe(wanted.pagesTo);
  } finally {
    server.close();
  }
});

test("two parts that want the same port do not both get it", async () => {
  const { server, port } = await listen();
  server.close();
  const same = `http://127.0.0.1:${port}`;
  const { addresses } = await chooseAddresses({ ...readAddresses(), linkService: same, desk: same, prometheus: same }, false);
  expect(new Set([addresses.linkService, addresses.desk, addresses.prometheus]).size).toBe(3);
});

test("free ports are on this machine and all different", async () => {
  const { addresses, moved } = await chooseAddresses(readAddresses(), true);
  const { linkService, desk, prometheus, alertmanager, mailServer } = addresses;
  const hosts = [linkService, desk, prometheus, alertmanager].map((address) => new URL(address).host);
  for (const host of [...hosts, mailServer]) expect(host).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(new Set([...hosts, mailServer]).size).toBe(5);
  expect(moved).toEqual([]);
});
