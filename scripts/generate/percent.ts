/** A share as a person writes it: 0.999 is 99.9 %. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(6))} %`;
