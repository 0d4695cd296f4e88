/** Shares as every page tells them: basis points, rounded half up, shown as per cent to hundredths. */

/** Basis points that a part is of a whole; null where there is no whole, or either is not known. */
export function share(part: number, whole: number): number | null {
  if (!Number.isSafeInteger(part) || !Number.isSafeInteger(whole) || whole <= 0) return null;
  const [of, all] = [BigInt(Math.max(0, part)), BigInt(whole)];
  return Number((of * 20_000n + all) / (2n * all));
}

/** `80.54%`; a dash for what is not known. */
export function percent(basisPoints: number | null): string {
  return basisPoints === null ? "—" : `${(basisPoints / 100).toFixed(2)}%`;
}

const DAY_MS = 86_400_000;

/** Basis points of a budget year that have passed with a day `YYYY-MM-DD`, itself included. */
export function yearPassed(year: number, date: string): number {
  const [begins, ends] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
  const days = (Date.parse(`${date}T00:00:00Z`) + DAY_MS - begins) / DAY_MS;
  const all = (ends - begins) / DAY_MS;
  return share(Math.min(all, days), all) ?? 0;
}
