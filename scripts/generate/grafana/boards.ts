import type { Addresses } from "../addresses.ts";
import { alertingBoard } from "./alerting-board.ts";
import { buildBoard } from "./build-board.ts";
import { goldenSignalsBoard } from "./golden-signals-board.ts";
import { objectivesBoard } from "./objectives-board.ts";
import { redirectsBoard } from "./redirects-board.ts";
import { storeBoard } from "./store-board.ts";

/** Grafana's boards as JSON, by path from the root of the project. */
export function grafanaBoards({ runbooks }: Pick<Addresses, "runbooks">): Record<string, string> {
  const boards = [goldenSignalsBoard(), objectivesBoard(), redirectsBoard(), storeBoard(), alertingBoard()];
  return Object.fromEntries(
    boards.map((board) => {
      const others = boards.filter((other) => other !== board);
      return [`ops/grafana/dashboards/${board.uid}.json`, `${JSON.stringify(buildBoard(board, others, runbooks), null, 2)}\n`];
    }),
  );
}
