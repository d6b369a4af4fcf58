/** First and longest wait between two attempts, in milliseconds: a page goes out within five minutes of the server's return. */
const firstDelayMs = 5_000;
const delayMostMs = 300_000;

/**
 * How long a message waits after its attempts so far failed, in milliseconds: twice as long each time, and up to half of it less by chance,
 * so that what failed together is not tried together.
 *
 * @param random a number from 0 to 1
 */
export function retryDelayMs(attempts: number, random: number): number {
  const wholeMs = Math.min(delayMostMs, firstDelayMs * 2 ** Math.max(0, attempts - 1));
  return Math.round(wholeMs * (1 - random / 2));
}
