#!/usr/bin/env bun
import { readConfig, type Config } from "./config.ts";
import { exitConfig, OperatorError } from "./errors.ts";
import { version } from "./version.ts";

/** Exit status for a command line that cannot be understood (EX_USAGE of sysexits.h). */
const exitUsage = 64;

interface Command {
  sentence: string;
  load(): Promise<(args: string[], config: Config) => Promise<number>>;
}

/** Every command; each is loaded when it is called, so that none pays for another. */
const commands: Record<string, Command> = {
  up: { sentence: "run everything under supervision", load: async () => (await import("./commands/up.ts")).runUp },
  serve: { sentence: "run the link service", load: async () => (await import("./commands/serve.ts")).runServe },
  watch: { sentence: "run the incident desk", load: async () => (await import("./commands/watch.ts")).runWatch },
  drill: { sentence: "break a drill instance, and see how it is noticed", load: async () => (await import("./commands/drill.ts")).runDrillCommand },
  import: {
    sentence: "read users, links and events from files, ours or another shortener's",
    load: async () => (await import("./commands/import.ts")).runImport,
  },
  export: { sentence: "write everything as CSV or NDJSON", load: async () => (await import("./commands/export.ts")).runExport },
  backup: { sentence: "copy the store while it serves, verified", load: async () => (await import("./commands/backup.ts")).runBackup },
  restore: { sentence: "put a backup in place", load: async () => (await import("./commands/restore.ts")).runRestore },
  key: { sentence: "make, list and revoke API keys", load: async () => (await import("./commands/key.ts")).runKey },
};

function help(): string {
  const rows = Object.entries(commands).map(([name, { sentence }]) => `  ${name.padEnd(10)}${sentence}`);
  return `srenity ${version}: a link shortener that is run like a production service

  srenity COMMAND [--help]

${rows.join("\n")}

Settings come from the environment; docs/configuration.md lists them.`;
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    console.log(help());
    return name === undefined ? exitUsage : 0;
  }
  if (name === "--version" || name === "-v") {
    console.log(version);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    console.error(`srenity: there is no command ${JSON.stringify(name)}; \`srenity help\` lists them.`);
    return exitUsage;
  }
  try {
    const run = await command.load();
    return await run(args, readConfig());
  } catch (error) {
    if (error instanceof OperatorError) {
      console.error(`srenity ${name}: ${error.message}`);
      return exitConfig;
    }
    if ((error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS")) {
      console.error(`srenity ${name}: ${(error as Error).message} See \`srenity ${name} --help\`.`);
      return exitUsage;
    }
    throw error;
  }
}

process.exit(await main(process.argv.slice(2)));
