import { catalogue, type Texts } from "../../i18n/texts.ts";
import en from "./en.json";
import zh from "./zh-CN.json";

export const usePayTexts = catalogue("execution", zh, en);
export type PayKey = keyof typeof zh;
export type PayTexts = Texts<typeof zh>;

/** The text of a key made of a word of the ledger, or the word itself where there is no text. */
export function worded(t: PayTexts, key: string, otherwise: string): string {
  return key in zh ? t(key as PayKey) : otherwise;
}
