/** The style sheet of every page the service itself writes: system fonts, light and dark from the system, no download. */
export const pageStyle = `:root {
  color-scheme: light dark;
  --page: light-dark(#ffffff, #14161a);
  --raised: light-dark(#f6f7f8, #1c1f24);
  --line: light-dark(#dcdfe4, #333842);
  --text: light-dark(#1c2026, #e6e8eb);
  --muted: light-dark(#5a626e, #a2a9b4);
  --accent: light-dark(#0b57c2, #8ab8ff);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 16px; }
body {
  margin: 0 auto; padding: 0 16px 64px; max-width: 1280px;
  background: var(--page); color: var(--text);
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12px; }
a { color: var(--accent); text-underline-offset: 2px; }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.top { display: flex; flex-wrap: wrap; gap: 4px 24px; align-items: baseline; padding: 16px 0; border-bottom: 1px solid var(--line); }
.top .name { font-size: 16px; font-weight: 600; color: var(--text); text-decoration: none; }
.top nav { display: flex; gap: 16px; }
h1 { font-size: 28px; line-height: 1.25; margin: 24px 0 8px; }
h1 small { font-size: 14px; font-weight: 400; color: var(--muted); }
h2 { font-size: 20px; margin: 40px 0 8px; }
h3 { font-size: 16px; margin: 0 0 8px; overflow-wrap: anywhere; }
h3 code { font-size: 14px; }
p { margin: 0 0 12px; max-width: 76ch; }
.muted { color: var(--muted); }
pre { margin: 16px 0; padding: 12px 16px; overflow-x: auto; background: var(--raised); border: 1px solid var(--line); border-radius: 8px; }
.contents { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 8px 24px; }
.contents h2 { font-size: 14px; margin: 12px 0 4px; }
.contents ul { list-style: none; margin: 0; padding: 0; }
.contents a { display: block; padding: 4px 0; text-decoration: none; overflow-wrap: anywhere; }
.contents a:hover code { text-decoration: underline; }
.method { display: inline-block; min-width: 52px; color: var(--muted); font-size: 12px; font-weight: 600; }
article { margin: 16px 0; padding: 16px; border: 1px solid var(--line); border-radius: 8px; }
article:target, tr:target { border-color: var(--accent); background: var(--raised); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; margin: 12px 0 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 4px 0; color: var(--muted); font-size: 12px; font-weight: 600; }
th, td { text-align: left; vertical-align: top; padding: 8px 16px 8px 0; border-top: 1px solid var(--line); }
th { font-weight: 600; white-space: nowrap; }
td { overflow-wrap: anywhere; min-width: 96px; }
.message { max-width: 60ch; padding-top: 15vh; }
.message p { font-size: 16px; }
@media (max-width: 600px) {
  article { padding: 12px; }
  th, td { padding-right: 12px; }
  .stacked thead { display: none; }
  .stacked tr { display: block; padding: 8px 0; border-top: 1px solid var(--line); }
  .stacked th, .stacked td { display: inline; border: 0; padding: 0 8px 0 0; }
  .stacked td:nth-child(n + 3) { display: block; }
}
`;
