/** A file that is shipped with the program; importing it gives its path. */
declare module "*.mmdb" {
  const path: string;
  export default path;
}
