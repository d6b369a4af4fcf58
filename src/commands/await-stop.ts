/** The process that started this one, and how often it is looked for once its channel is closed, in milliseconds. */
const supervisorPid = process.ppid;
const orphanCheckEveryMs = 250;
/** Parent of whatever lost its own. */
const initPid = 1;

/** Tells the supervisor, if there is one, where the program answers, and waits for a signal or for the supervisor's end; why it stops. */
export function awaitStop(address: string): Promise<string> {
  return new Promise<string>((resolve) => {
    for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => resolve(name));
    const disconnected = (): void => whenOrphaned(() => resolve("its supervisor ended"));
    if (process.send === undefined) return;
    process.once("disconnect", disconnected);
    // It may have ended before this one listened.
    if (process.connected) process.send({ address });
    else disconnected();
  });
}

/** A closed channel alone may be an accident; that the process has another parent now, or the first of all, is not. */
function whenOrphaned(then: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === supervisorPid && process.ppid !== initPid) return;
    clearInterval(timer);
    then();
  }, orphanCheckEveryMs);
}
