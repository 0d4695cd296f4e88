/** Where spending stands against the time of the year, both in basis points. */

/** What hardly matters: less than a tenth of the year. */
const EVEN_BP = 1_000;

export function paceOf(paid: number, passed: number): "behind" | "ahead" | "even" {
  if (passed - paid > EVEN_BP) return "behind";
  return paid - passed > EVEN_BP ? "ahead" : "even";
}
