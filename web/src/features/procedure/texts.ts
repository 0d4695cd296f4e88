import { catalogue } from "../../i18n/texts.ts";
import en from "./en.json";
import zh from "./zh-CN.json";

export const useWorkTexts = catalogue("procedure", zh, en);
export type WorkKey = keyof typeof zh;

/** The text of a key made of a word of the ledger, or the word itself where there is no text. */
export function worded(
  t: (key: WorkKey, values?: Record<string, string | number>) => string,
  key: string,
  otherwise: string,
): string {
  return key in zh ? t(key as WorkKey) : otherwise;
}
