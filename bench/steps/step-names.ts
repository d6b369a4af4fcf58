/** What each level of the step server adds to the one before it, in order. */
export const stepNames = [
  "bare Bun: 302 with Location",
  "+ code cut from the address and looked up",
  "+ two request headers read",
  "+ client address, truncated",
  "+ an awaited turn of the event loop",
  "+ clicks of the turn committed to SQLite",
  "+ log lines of the turn written",
  "+ one histogram and two counters",
] as const;
