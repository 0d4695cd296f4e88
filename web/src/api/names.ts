/** Names of institutions and titles of posts, which are public, in the reader's language. */
import { useCallback } from "react";
import { useInLanguage } from "../i18n/texts.ts";
import { type Row, useRows } from "./views.ts";

const CHARACTERS = "医卫教财审纪库银人监设检招造建交农水林科文体环民公";
const OF_KIND: Record<string, string> = {
  government: "政",
  congress: "人",
  audit: "审",
  discipline: "纪",
  finance_bureau: "财",
  drc: "发",
  treasury: "库",
  agent_bank: "银",
  department: "部",
  unit: "单",
  supplier: "商",
  engineer: "监",
};

export interface Names {
  organisation: (id: string | null | undefined) => string;
  /** `organisation/post` or a post's own id. */
  post: (id: string | null | undefined) => string;
  /** The character of an institution's office seal. */
  character: (id: string | null | undefined) => string;
  kind: (id: string | null | undefined) => string;
  find: (id: string) => Row<"identity_organisations"> | undefined;
  all: Row<"identity_organisations">[];
  posts: Row<"identity_posts">[];
}

export function useNames(): Names {
  const organisations = useRows("identity_organisations").data?.rows;
  const posts = useRows("identity_posts").data?.rows;
  const inLanguage = useInLanguage();
  const find = useCallback(
    (id: string) => organisations?.find((each) => each.id === id),
    [organisations],
  );
  return {
    find,
    all: organisations ?? [],
    posts: posts ?? [],
    organisation: (id) => {
      const found = id ? find(id) : undefined;
      return found ? inLanguage(found.name_zh, found.name_en) : (id ?? "");
    },
    post: (id) => {
      const own = (id ?? "").split("/").at(-1) ?? "";
      const found = posts?.find((each) => each.id === own);
      return found ? inLanguage(found.title_zh, found.title_en) : own;
    },
    kind: (id) => (id ? (find(id)?.organisation_kind ?? "") : ""),
    character: (id) => {
      const found = id ? find(id) : undefined;
      if (!found) return "民";
      const kind = found.organisation_kind ?? "";
      if (kind === "department" || kind === "unit") {
        const known = [...(found.name_zh ?? "")].filter((each) => CHARACTERS.includes(each));
        return known.at(-1) ?? OF_KIND[kind] ?? "单";
      }
      return OF_KIND[kind] ?? "单";
    },
  };
}
