import { stringify } from "yaml";

/** YAML that says at its top where it comes from. */
export function yamlDocument(source: string, content: unknown): string {
  const text = stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
  return `# Generated from ${source} by \`npm run generate\`; change it there.\n${text}`;
}
