import { catalogue } from "../../i18n/texts.ts";
import en from "./en.json";
import zh from "./zh-CN.json";

export const useTexts = catalogue("analysis", zh, en);
