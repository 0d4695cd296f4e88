/** What members of records and their codes are called, in the reader's language. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useInLanguage } from "../i18n/texts.ts";
import { api, need } from "./client.ts";
import { ofRelease } from "./ledger.ts";

type Both = [zh: string, en: string];

interface Told {
  members: Record<string, Both>;
  codes: Record<string, Record<string, Both>>;
}

const wordsNow = queryOptions({
  queryKey: ["words"],
  queryFn: async () => (await need(api.GET("/api/words"))) as unknown as Told,
  ...ofRelease,
});

export interface RecordWords {
  /** `content.parts[2].amount_fen` as 「内容 · 组成 2 · 金额」; what has no words stands as it is. */
  member: (path: string) => string;
  /** What a code at a path is called; the code itself where it has no words. */
  code: (path: string, code: string) => string;
}

export function useRecordWords(): RecordWords {
  const told = useQuery(wordsNow).data;
  const inLanguage = useInLanguage();
  const said = (both: Both | undefined, id: string) => (both ? inLanguage(...both) : id);
  return {
    member: (path) =>
      path
        .split(".")
        .map((part) => {
          const [name = "", ...places] = part.split(/[[\]]+/).filter(Boolean);
          return [said(told?.members[name], name), ...places].join(" ");
        })
        .join(" · "),
    code: (path, code) => said(told?.codes[lastOf(path)]?.[code], code),
  };
}

function lastOf(path: string): string {
  return (path.split(".").at(-1) ?? "").replace(/\[.*$/, "");
}
