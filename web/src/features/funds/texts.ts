import { catalogue, type Texts } from "../../i18n/texts.ts";
import en from "./en.json";
import zh from "./zh-CN.json";

export const useFundTexts = catalogue("funds", zh, en);
type FundKey = keyof typeof zh;

/** The text of a key made of a word of the ledger, or the word itself where there is no text. */
export function worded(t: Texts<typeof zh>, key: string, otherwise: string): string {
  return key in zh ? t(key as FundKey) : otherwise;
}
