import { catalogue } from "../../i18n/texts.ts";
import en from "./en.json";
import zh from "./zh-CN.json";

export const useTexts = catalogue("preparation", zh, en);
export type Key = keyof typeof zh;

/** The key of a word of the ledger, such as `state.asked`; null where the catalogue has none. */
export function keyOf(group: string, word: string | null | undefined): Key | null {
  const key = `${group}.${word ?? ""}`;
  return Object.hasOwn(zh, key) ? (key as Key) : null;
}
