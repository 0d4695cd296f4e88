/**
 * Why a bundle or a root is rejected: permanent codes, with words in Chinese and English.
 *
 * The table is that of Python's `mingzhang/verify/reasons.py`; the file is written from it.
 */

import texts from "../../../../spec/reasons.json" with { type: "json" };

export type Code = keyof typeof texts;
export type Language = "zh-CN" | "en";

/** What people read for a code; `fact` is the place or fact at fault. */
export function reasonText(code: Code, language: Language, fact = ""): string {
  return texts[code][language === "en" ? "en" : "zh"].replaceAll("{where}", () => fact);
}

/** What was asked to be proven is not: a code, and the place or fact at fault. */
export class Rejected extends Error {
  readonly code: Code;
  readonly fact: string;

  constructor(code: Code, fact = "") {
    super(`${code}: ${reasonText(code, "zh-CN", fact)} ${reasonText(code, "en", fact)}`);
    this.name = "Rejected";
    this.code = code;
    this.fact = fact;
  }
}
