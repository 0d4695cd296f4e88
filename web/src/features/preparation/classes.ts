/** Classification tables as trees to pick from. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, need } from "../../api/client.ts";
import { ofRelease } from "../../api/ledger.ts";
import { useInLanguage } from "../../i18n/texts.ts";
import type { Choice } from "../../parts/grid/Picker.tsx";

interface Answer {
  tables: Record<
    "function" | "economic" | "government_economic",
    { code: string; name_zh: string; name_en: string; parent: string }[]
  >;
  crosswalk: { unit_kind: string; government_code: string; department_code: string }[];
}

export interface Classes {
  isReady: boolean;
  function: readonly Choice[];
  economic: readonly Choice[];
  government_economic: readonly Choice[];
  /** The government class of a department class for a kind of unit, "" where none is known. */
  government: (economic: string, unitKind: string) => string;
}

export function useClasses(): Classes {
  const inLanguage = useInLanguage();
  const { data } = useQuery({
    queryKey: ["classifications"],
    queryFn: async () => (await need(api.GET("/api/classifications"))) as unknown as Answer,
    ...ofRelease,
  });
  return useMemo(() => {
    const tree = (name: keyof Answer["tables"]): Choice[] =>
      (data?.tables[name] ?? []).map((each) => ({
        value: each.code,
        label: inLanguage(each.name_zh, each.name_en),
        ...(each.parent && { parent: each.parent }),
      }));
    return {
      isReady: data !== undefined,
      function: tree("function"),
      economic: tree("economic"),
      government_economic: tree("government_economic"),
      government: (economic, unitKind) =>
        data?.crosswalk.find(
          (each) => each.department_code === economic && [unitKind, "any"].includes(each.unit_kind),
        )?.government_code ?? "",
    };
  }, [data, inLanguage]);
}
