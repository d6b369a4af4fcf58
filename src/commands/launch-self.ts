import { bareEnvironment, drillTokenVariable } from "../config.ts";
import type { Launch } from "../desk/drill/launch.ts";
import { selfCommand } from "./supervise.ts";

/** Starts this program once more, knowing no setting but those it is given. Its channel ends with us, and so does it. */
export const launchSelf: Launch = ([command = "help", ...words], { settings, drillToken, logFile, onMessage }) => {
  const child = Bun.spawn([...selfCommand(command), ...words], {
    env: { ...bareEnvironment(), ...settings, ...(drillToken === null ? {} : { [drillTokenVariable]: drillToken }) },
    stdin: "ignore",
    stdout: logFile === null ? "ignore" : Bun.file(logFile),
    stderr: "ignore",
    ipc: (message) => onMessage(message),
  });
  return {
    pid: child.pid,
    exited: child.exited,
    kill: (signal) => child.kill(signal),
    send: (message) => {
      try {
        child.send(message);
      } catch {
        // It has ended.
      }
    },
  };
};
