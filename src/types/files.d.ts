/** A file that is shipped with the program; importing it gives its path. */
declare module "*.mmdb" {
  const path: string;
  export default path;
}

/** A text that is shipped with the program; importing it `with { type: "text" }` gives its content. */
declare module "*.md" {
  const text: string;
  export default text;
}
