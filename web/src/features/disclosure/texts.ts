import { catalogue } from "../../i18n/texts.ts";
import en from "./en.json";
import zh from "./zh-CN.json";

export type DisclosureKey = keyof typeof zh;
export const useDisclosureTexts = catalogue("disclosure", zh, en);
/** A key that is only known by its value, such as a state's; itself where there is no text. */
export const isKey = (key: string): key is DisclosureKey => key in zh;
