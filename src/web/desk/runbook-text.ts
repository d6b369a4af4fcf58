/** A runbook as pages show it: links lead to other runbooks' pages, and each answer to a command has its own line. */
export function runbookText(markdown: string): string {
  return markdown
    .replaceAll(/\]\((\w+)\.md(?:#[\w-]*)?\)/g, "](/runbooks/$1)")
    .replace(/^# .*\n+/, "")
    .replaceAll(/^(Good|Bad)(?=[:,])/gm, "\n**$1**");
}
