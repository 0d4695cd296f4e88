/** Words of forms that are made from schemas: members of groups. */
import { catalogue, type Texts } from "../i18n/texts.ts";
import en from "./form.en.json";
import zh from "./form.zh-CN.json";

export const useFormTexts = catalogue("form", zh, en);
type Key = keyof typeof zh;
export type FormTexts = Texts<typeof zh>;

/** How people call a member of a group or of a row. */
export function partOf(t: FormTexts, name: string): string {
  return `part.${name}` in zh ? t(`part.${name}` as Key) : name;
}
