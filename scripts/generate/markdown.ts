/** Text as a table's cell holds it. */
export const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

export const code = (text: string): string => (text === "" ? "" : `\`${cell(text)}\``);

export const table = (head: string[], rows: string[][]): string =>
  [`| ${head.join(" | ")} |`, `|${head.map(() => "---|").join("")}`, ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n");

/** A document that says at its top where it comes from. */
export const page = (title: string, source: string, body: string): string =>
  `<!-- Generated from ${source} by \`npm run generate\`; change it there. -->\n\n# ${title}\n\n${body}\n`;
