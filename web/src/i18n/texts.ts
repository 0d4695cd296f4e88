/** Texts of pages, in two catalogues each; the keys of the Chinese one are the type of both. */
import i18next from "i18next";
import { useMemo } from "react";
import { initReactI18next, useTranslation } from "react-i18next";

export type Language = "zh-CN" | "en";
export type Values = Record<string, string | number>;
export type Texts<T> = (key: keyof T & string, values?: Values) => string;

const KEPT = "mz.language";

export function keptLanguage(): Language {
  return localStorage.getItem(KEPT) === "en" ? "en" : "zh-CN";
}

export async function startTexts(): Promise<void> {
  const language = keptLanguage();
  document.documentElement.lang = language;
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    keySeparator: false,
    nsSeparator: false,
    returnEmptyString: true,
    interpolation: { escapeValue: false },
    resources: {},
  });
}

export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === "en" ? "en" : "zh-CN";
}

/** A hook for what stands between the things of a list. */
export function useBetween(): string {
  return useLanguage() === "en" ? ", " : "、";
}

/**
 * Returns a hook that gives a feature's texts: `const useTexts = catalogue('portal', zh, en)`.
 *
 * A key that the Chinese catalogue lacks does not compile, nor does an English one without it.
 */
export function catalogue<T extends Record<string, string>>(
  namespace: string,
  zh: T,
  en: { [K in keyof T]: string },
): () => Texts<T> {
  let isAdded = false;
  return () => {
    if (!isAdded) {
      i18next.addResourceBundle("zh-CN", namespace, zh);
      i18next.addResourceBundle("en", namespace, en);
      isAdded = true;
    }
    const language = useLanguage();
    return useMemo(() => {
      // Its own types know the keys of one catalogue for all; ours are those of this one.
      const t: unknown = i18next.getFixedT(language, namespace);
      const fixed = t as (key: string, values: Values) => string;
      return (key, values) => fixed(key, values ?? {});
    }, [language]);
  };
}

/** Picks the language's one of two fields that the ledger gives: `name_zh` and `name_en`. */
export function useInLanguage(): (zh?: string | null, en?: string | null) => string {
  const language = useLanguage();
  return (zh, en) => (language === "en" ? en || zh : zh || en) ?? "";
}
