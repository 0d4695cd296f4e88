import { useMemo } from "react";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import type { Choice } from "../../desk/Asked.tsx";
import { catalogue, useInLanguage } from "../../i18n/texts.ts";
import en from "./admin.en.json";
import zh from "./admin.zh-CN.json";

export const useAdminTexts = catalogue("admin", zh, en);

/** People by their id, as far as the reader may see them; the id itself for the rest. */
export function usePeople() {
  const inLanguage = useInLanguage();
  const told = useRows("identity_persons");
  const rows = told.data?.rows;
  return useMemo(
    () => ({
      rows,
      height: told.data?.height,
      problem: told.error,
      name: (id: string | null | undefined): string => {
        const found = rows?.find((each) => each.id === id);
        return found ? inLanguage(found.name_zh, found.name_en) || found.id : (id ?? "");
      },
    }),
    [rows, told.data?.height, told.error, inLanguage],
  );
}

/** What may be chosen for the members that administrative commands have. */
export function useChoices(): Record<string, readonly Choice[]> {
  const t = useAdminTexts();
  const names = useNames();
  const people = usePeople();
  const inLanguage = useInLanguage();
  const roles = useRows("identity_roles").data?.rows;
  return useMemo(() => {
    const person = (people.rows ?? [])
      .filter((each) => each.state !== "closed")
      .map((each) => ({
        value: each.id,
        title: `${people.name(each.id)} · ${names.organisation(each.organisation)}`,
      }));
    const organisation = names.all.map((each) => ({
      value: each.id,
      title: inLanguage(each.name_zh, each.name_en),
    }));
    const coded = <P extends "okind" | "ukind">(prefix: P): Choice[] =>
      Object.keys(zh)
        .filter((key) => key.startsWith(`${prefix}.`))
        .map((key) => ({
          value: key.slice(prefix.length + 1),
          title: t(key as keyof typeof zh),
        }));
    return {
      person,
      to: person,
      organisation,
      parent: organisation,
      post: names.posts.map((each) => ({
        value: each.id,
        title: `${names.organisation(each.organisation)} ${names.post(each.id)}`,
      })),
      roles: (roles ?? []).map((each) => ({
        value: each.id,
        title: inLanguage(each.title_zh, each.title_en),
      })),
      organisation_kind: coded("okind"),
      unit_kind: coded("ukind"),
    };
  }, [t, names, people, inLanguage, roles]);
}
