import { parseArgs, type ParseArgsConfig } from "node:util";

/** Exit status for a command line that cannot be understood (EX_USAGE of sysexits.h). */
export const exitUsage = 64;

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Values of the options and the words between them; a string is why the line cannot be understood. */
export type Arguments = { values: Record<string, string | boolean | undefined>; words: string[] } | string;

/** Reads a command line with exactly `words` arguments beside its options. */
export function readArguments(args: readonly string[], options: Options, words: { least: number; most: number }): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...options, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
      strict: true,
    });
    const isCounted = values["help"] === true || (positionals.length >= words.least && positionals.length <= words.most);
    if (!isCounted) return positionals.length < words.least ? "an argument is missing" : `there is one argument too many: ${positionals[words.most]}`;
    return { values, words: positionals };
  } catch (error) {
    return (error as Error).message.split(". ")[0] ?? "the options cannot be read";
  }
}

/** Prints the help, or what is wrong with the line; returns the exit status, or null when the command shall go on. */
export function answerHelp(read: Arguments, help: string): number | null {
  if (typeof read === "string") {
    process.stderr.write(`${read}\n\n${help}`);
    return exitUsage;
  }
  if (read.values["help"] !== true) return null;
  process.stdout.write(help);
  return 0;
}
