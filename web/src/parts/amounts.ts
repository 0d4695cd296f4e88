/** Amounts are whole fen; rounding is for display only, half up. */

export type Unit = "yuan" | "wan" | "yi";

/** Fen in one step of the last decimal that a unit shows. */
const STEP: Record<Unit, number> = { yuan: 1, wan: 10_000, yi: 1_000_000 };
const DECIMALS: Record<Unit, number> = { yuan: 2, wan: 2, yi: 4 };

/** Parts of an amount as it is written: sign, whole with thousands separators, decimals. */
export interface Written {
  sign: "" | "−";
  whole: string;
  decimals: string;
}

export function written(fen: number, unit: Unit = "yuan"): Written {
  if (!Number.isSafeInteger(fen)) throw new RangeError(`not a whole number of fen: ${fen}`);
  const step = STEP[unit];
  const size = Math.abs(fen);
  const rounded = Math.floor(size / step) + ((size % step) * 2 >= step && step > 1 ? 1 : 0);
  const scale = 10 ** DECIMALS[unit];
  const whole = String(Math.floor(rounded / scale)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const decimals = String(rounded % scale).padStart(DECIMALS[unit], "0");
  return { sign: fen < 0 && rounded > 0 ? "−" : "", whole, decimals };
}

export function amountText(fen: number, unit: Unit = "yuan"): string {
  const { sign, whole, decimals } = written(fen, unit);
  return `${sign}${whole}.${decimals}`;
}

/**
 * Reads what a person typed as yuan: `996,930.00`, `996930`, full-width digits, with or without 元.
 *
 * Returns whole fen, or null for anything else, more than two decimals included.
 */
export function readYuan(text: string): number | null {
  const plain = text
    .normalize("NFKC")
    .replace(/[\s,，元¥￥]/g, "")
    .replace("−", "-");
  const found = /^(-?)(\d{1,14})(?:\.(\d{1,2}))?$/.exec(plain);
  if (!found) return null;
  const fen = Number(found[2]) * 100 + Number((found[3] ?? "").padEnd(2, "0"));
  if (!Number.isSafeInteger(fen)) return null;
  return found[1] ? -fen : fen;
}
