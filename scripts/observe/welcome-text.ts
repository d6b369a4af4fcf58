import type { Observatory } from "./observatory.ts";

interface WelcomeParts {
  observatory: Observatory;
  folder: string;
  isFast: boolean;
  requestsPerSecond: number;
}

const row = (what: string, where: string, meaning: string): string => `  ${what.padEnd(16)}${where.padEnd(38)}${meaning}`;

/** What runs where, and how to break it. */
export function welcomeText({ observatory, folder, isFast, requestsPerSecond }: WelcomeParts): string {
  const { addresses, moved, service } = observatory;
  const within = isFast ? "within ten seconds" : "within a minute";
  const mailPlace = `${addresses.desk}/`;
  return `
${moved.map(({ part, wantedPort, port }) => `Port ${wantedPort} is taken: ${part} is on ${port}.\n`).join("")}SREnity is being observed, on this machine only.

${row("link service", `${addresses.linkService}/docs`, `process ${service.pid}, ${requestsPerSecond} synthetic requests a second`)}
${row("mails", mailPlace, "every mail, the runbooks, heartbeat and webhooks")}
${row("Prometheus", `${addresses.prometheus}/alerts`, "which alerts wait and which fire")}
${row("Alertmanager", addresses.alertmanager, "Debian's has no page; amtool and /api/v2/alerts answer")}
${row("mail server", addresses.mailServer, "takes every mail and passes none on")}
${row("state and logs", folder, "link-service.log is the service's")}

Break something:
  kill -9 ${String(service.pid).padEnd(24)}the service is gone: a mail ${within} at ${mailPlace}
  kill -STOP ${String(service.pid).padEnd(21)}it hangs: the same mail; kill -CONT ${service.pid} ends that
  r and Enter${" ".repeat(21)}starts again what has died: a second mail says that it is over

Ctrl-C stops everything.
`;
}
