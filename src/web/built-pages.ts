/** One family of pages as the bundler leaves it: the document, and the files that it names. */
export interface BuiltPages {
  readonly html: string;
  /** Their paths hold a hash of their content, so that they may be kept for ever. */
  readonly files: readonly { readonly path: string; readonly type: string; readonly text: string }[];
}

/** Families of pages; each has a folder here with `main.tsx` and `style.css`. */
export type PagesName = "desk";
