/** What public pages read: all figures in force, in one type, and who is whose department. */
import { useCallback, useMemo } from "react";
import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { type Figure, figureOf } from "../../parts/proof/figure.ts";
import { type Project, projectsOf } from "./figures.ts";

export interface Figures {
  figures: readonly Figure[];
  isReady: boolean;
  problem: unknown;
  /** Of the ledger, as of which they were read. */
  height: number;
  /** How many rows were sent under an id that another has: they are not taken. */
  repeated: number;
}

const NONE: readonly Figure[] = [];

/** The figures of rows, one of each id; a second row of an id would be counted in every sum. */
export function figuresOf(rows: readonly Row<"disclosure_figures">[]): readonly Figure[] {
  const figures = new Map<string, Figure>();
  for (const row of rows) if (!figures.has(row.id)) figures.set(row.id, figureOf(row));
  return [...figures.values()];
}

/** All figures that are public. */
export function useFigures(): Figures {
  const { data, error } = useRows("disclosure_figures");
  const figures = useMemo(() => (data ? figuresOf(data.rows) : NONE), [data]);
  return {
    figures,
    isReady: data !== undefined,
    problem: error,
    height: data?.height ?? 0,
    repeated: (data?.rows.length ?? 0) - figures.length,
  };
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
