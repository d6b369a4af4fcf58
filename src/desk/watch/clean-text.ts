/** Control characters, and those that turn the direction of text around. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const harmful = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A foreign text as it may be shown: one line of at most `lengthMost` characters. Markup in it is the page's to escape. */
export function cleanText(text: string, lengthMost: number): string {
  const cut = text.length > lengthMost ? `${text.slice(0, lengthMost - 1)}…` : text;
  return cut.replace(harmful, "\ufffd").toWellFormed();
}
