import { catalogue } from "../../i18n/texts.ts";
import en from "./en.json";
import zh from "./zh-CN.json";

export type ProofKey = keyof typeof zh;
export const useProofTexts = catalogue("proof", zh, en);
