import { expect, test } from "bun:test";
import { splitAddress } from "./exchange.ts";

test.each([
  ["http://x/users?page=1", "/users", "?page=1"],
  ["http://x/users", "/users", ""],
  ["http://x", "/", ""],
  ["http://x:8080/a/b/?q=%2F?x", "/a/b/", "?q=%2F?x"],
  ["http://x/a#b?c", "/a", ""],
  ["http://x/a?b#c", "/a", "?b"],
])("%s has its path and its query", (address, path, search) => {
  expect(splitAddress(address)).toEqual({ path, search });
});
