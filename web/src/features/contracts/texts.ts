import { useMemo } from "react";
import { useRows } from "../../api/views.ts";
import { catalogue, useInLanguage } from "../../i18n/texts.ts";
import type { Hook } from "./document.ts";
import en from "./en.json";
import type { Known, Voice } from "./words.ts";
import zh from "./zh-CN.json";

export const useRuleTexts = catalogue("contracts", zh, en);
export type RuleTexts = ReturnType<typeof useRuleTexts>;

const CODES = Object.keys(zh).flatMap((key) => (key.startsWith("code.") ? [key.slice(5)] : []));

/** The words that cells of a hook's contracts are told in, and their titles read back. */
export function useVoice(hook: Hook | undefined): { voice: Voice; known: Known } {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  const roles = useRows("identity_roles").data?.rows;
  return useMemo(() => {
    const names = new Map<string, string>([["verdict", t("verdict")]]);
    for (const each of [...(hook?.inputs ?? []), ...(hook?.outputs ?? [])]) {
      names.set(each.field.name, inLanguage(each.zh, each.en));
    }
    const codes = new Map(CODES.map((id) => [id, t(`code.${id}` as keyof typeof zh)]));
    for (const role of roles ?? []) codes.set(role.id, inLanguage(role.title_zh, role.title_en));
    const voice: Voice = {
      any: t("grid.any"),
      yes: t("yes"),
      no: t("no"),
      or: t("or"),
      not: t("not"),
      to: t("to"),
      without: t("without"),
      yuan: t("yuan"),
      days: t("days"),
      whole: t("whole"),
      name: (id) => names.get(id) ?? id,
      code: (value) => codes.get(value) ?? value,
    };
    return { voice, known: { names: turned(names), codes: turned(codes) } };
  }, [t, inLanguage, hook, roles]);
}

/** Titles that stand for one id alone; a title of two is read as neither. */
function turned(titles: ReadonlyMap<string, string>): Map<string, string> {
  const found = new Map<string, string>();
  const twice: string[] = [];
  for (const [id, title] of titles) {
    if (found.has(title)) twice.push(title);
    found.set(title, id);
  }
  for (const title of twice) found.delete(title);
  return found;
}
