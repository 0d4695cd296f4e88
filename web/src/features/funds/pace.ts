/** Where spending stands against the time of the year. */
const DAY_MS = 86_400_000;

/** Per cent of the budget year that has passed: 0 before it, 100 after it. */
export function timeShare(nowMs: number, offsetS: number, year: number): number {
  const begins = Date.UTC(year, 0, 1) - offsetS * 1_000;
  const ends = Date.UTC(year + 1, 0, 1) - offsetS * 1_000;
  const share = Math.floor(((nowMs - begins + DAY_MS) * 100) / (ends - begins));
  return Math.max(0, Math.min(100, nowMs < begins ? 0 : share));
}

/** Per cent of what was allotted that is paid; null where nothing was. */
export function paidShare(paidFen: number, quotaFen: number): number | null {
  return quotaFen > 0 ? Math.floor((paidFen * 100) / quotaFen) : null;
}

/** Points that hardly matter: less than a tenth of the year. */
const EVEN = 10;

export function paceOf(share: number, time: number): "behind" | "ahead" | "even" {
  if (time - share > EVEN) return "behind";
  return share - time > EVEN ? "ahead" : "even";
}
