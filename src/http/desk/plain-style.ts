import { pageStyle } from "../page-style.ts";

/** The style sheet of the status page and of the page behind the links in mails. */
export const plainStyle = `${pageStyle}
body { max-width: 860px; padding-top: 24px; }
.good { --state: light-dark(#0a7d33, #58c27d); }
.bad { --state: light-dark(#b3261e, #ff8a80); }
.unknown { --state: var(--muted); }
.state { color: var(--state); font-weight: 600; }
.banner { border: 1px solid var(--line); border-left: 6px solid var(--state); border-radius: 8px; padding: 16px; background: var(--raised); }
.banner p { margin: 0; font-size: 20px; font-weight: 600; }
.component { margin: 24px 0; }
.component header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 16px; }
.bars { display: block; width: 100%; height: 34px; margin: 4px 0; }
.bars .full { fill: light-dark(#2da55d, #3f9d63); }
.bars .part { fill: light-dark(#d98a00, #e0a93b); }
.bars .low { fill: light-dark(#b3261e, #ff8a80); }
.bars .none { fill: var(--line); }
.ends { display: flex; justify-content: space-between; color: var(--muted); font-size: 12px; }
article ol { list-style: none; padding: 0; margin: 0; }
article li { padding: 8px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
time { color: var(--muted); }
button { font: inherit; font-size: 18px; font-weight: 600; padding: 14px 28px; border-radius: 8px; border: 0; background: var(--accent); color: var(--page); cursor: pointer; }
button:focus-visible { outline: 3px solid var(--text); outline-offset: 2px; }
`;
