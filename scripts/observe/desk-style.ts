import { pageStyle } from "../../src/http/page-style.ts";

/** The style sheet of the pages: the service's own, and what only they have. */
export const deskStyle = `${pageStyle}
:root {
  --good: light-dark(#1a7f37, #56d364);
  --warning: light-dark(#9a5b00, #e3b341);
  --bad: light-dark(#c4201d, #ff8078);
  --unknown: light-dark(#5a626e, #a2a9b4);
}
.verdict { font-size: 20px; font-weight: 600; margin: 24px 0 16px; }
.good { color: var(--good); }
.warning { color: var(--warning); }
.bad { color: var(--bad); }
.unknown { color: var(--unknown); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 12px; margin: 0; padding: 0; list-style: none; }
.cards li { padding: 12px 16px; border: 1px solid var(--line); border-radius: 8px; }
.cards h2 { font-size: 12px; font-weight: 600; margin: 0 0 4px; color: var(--muted); }
.cards p { margin: 0; font-size: 16px; font-weight: 600; font-variant-numeric: tabular-nums; }
.cards small { display: block; font-size: 12px; font-weight: 400; color: var(--muted); overflow-wrap: anywhere; }
.columns { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); gap: 0 32px; align-items: start; }
.mails { list-style: none; margin: 0; padding: 0; border-bottom: 1px solid var(--line); }
.mails li { border-top: 1px solid var(--line); }
.mails a { display: grid; grid-template-columns: 20px minmax(0, 1fr) auto; gap: 0 8px; padding: 12px 4px; color: inherit; text-decoration: none; }
.mails a:hover { background: var(--raised); }
.mails strong { overflow-wrap: anywhere; }
.mails time, .mails .preview { color: var(--muted); font-size: 12px; }
.mails .preview { grid-column: 2 / -1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.empty { padding: 16px; border: 1px dashed var(--line); border-radius: 8px; color: var(--muted); max-width: none; }
.plain { list-style: none; margin: 0; padding: 0; }
.plain li { padding: 8px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.plain small { display: block; color: var(--muted); }
pre.wrapped { white-space: pre-wrap; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 16px 0; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
iframe { display: block; width: 100%; height: 480px; border: 1px solid var(--line); border-radius: 8px; }
.runbook { max-width: 840px; }
.runbook h1 { margin-top: 32px; }
.runbook h2 { margin-top: 32px; }
.runbook li { margin: 4px 0; max-width: 76ch; }
.runbook :not(pre) > code { background: var(--raised); border: 1px solid var(--line); border-radius: 4px; padding: 0 4px; }
.runbook table { display: block; overflow-x: auto; }
@media (max-width: 900px) { .columns { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 600px) {
  .cards { grid-template-columns: 1fr 1fr; gap: 8px; }
  .cards li { padding: 8px 12px; }
  .verdict { margin: 16px 0 12px; }
}
`;
