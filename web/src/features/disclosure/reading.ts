/** What public pages read: all figures in force, in one type, and who is whose department. */
import { useCallback, useMemo } from "react";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { type Figure, figureOf } from "../../parts/proof/figure.ts";
import { type Project, projectsOf } from "./figures.ts";

export interface Figures {
  figures: readonly Figure[];
  isReady: boolean;
  problem: unknown;
  /** Of the ledger, as of which they were read. */
  height: number;
}

const NONE: readonly Figure[] = [];

/** All figures that are public. */
export function useFigures(): Figures {
  const { data, error } = useRows("disclosure_figures");
  const figures = useMemo(() => data?.rows.map(figureOf) ?? NONE, [data]);
  return { figures, isReady: data !== undefined, problem: error, height: data?.height ?? 0 };
}

export function useProjects(figures: readonly Figure[]): Project[] {
  return useMemo(() => projectsOf(figures), [figures]);
}

/** The department of a unit; a department is its own. */
export function useDepartmentOf(): (unit: string) => string {
  const { all } = useNames();
  return useCallback(
    (unit: string) => {
      const found = all.find((each) => each.id === unit);
      return found?.organisation_kind === "unit" ? (found.parent ?? unit) : unit;
    },
    [all],
  );
}
