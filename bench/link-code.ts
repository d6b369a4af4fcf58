/** Codes of 36^5 that the benchmark's links draw from. */
const codeSpace = 36 ** 5;
/** Shares no factor with the space, so that no code comes twice, and scatters neighbours all over the index. */
const stride = 22_695_479;

/** Code of the benchmark's link with this index, from 0; six characters, as the service makes them. */
export function linkCode(index: number): string {
  return `k${((index * stride + 1) % codeSpace).toString(36).padStart(5, "0")}`;
}
