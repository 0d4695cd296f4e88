/** All that a request rests on, read from the ledger's tables. */

import type { Row } from "../../api/views.ts";
import { useRows } from "../../api/views.ts";
import type { Content } from "./form.ts";

export type Cycle = Row<"preparation_cycles">;
export type Version = Row<"preparation_request_versions">;
export type RequestRow = Row<"preparation_requests">;
export type Project = Row<"preparation_projects">;

export interface GoalKind {
  code: string;
  group: string;
  titles: { zh: string; en: string };
}
export interface CycleRules {
  goal_weight_bp: number;
  goal_kinds: GoalKind[];
  required_groups: string[];
  project_documents: string[];
  desks: { level: string; role: string; days: number }[];
  department_days: number;
  unit_days: number;
  sources: string[];
}
export interface Deadline {
  stage: string;
  day: number;
}
export interface EstimateLine {
  line: string;
  titles: { zh: string; en: string };
  function: string;
  economic: string;
  amount_fen: number;
}
export interface Author {
  person: string;
  organisation: string;
  post: string;
}

export const rulesOf = (cycle: Cycle): CycleRules => cycle.rules as CycleRules;
export const deadlinesOf = (cycle: Cycle): Deadline[] => cycle.deadlines as Deadline[];

/** The content of a version, from its columns. */
export function contentOfRow(row: Version): Content {
  return {
    titles: { zh: row.title_zh ?? "", en: row.title_en ?? "" },
    lines: row.request_lines as Content["lines"],
    documents: row.documents as Content["documents"],
    goals: (row.goals ?? null) as Content["goals"],
  };
}

export interface Source {
  cycle: Cycle | undefined;
  project: Project | undefined;
  estimate: EstimateLine[];
  head: RequestRow | undefined;
  /** Newest first. */
  versions: Version[];
  /** What was approved for the same unit and project the year before. */
  lastYear: Version | undefined;
  ceilingFen: number | null;
}

/** `undefined` while it is read. Basic expenditure has the project "". */
export function useSource(
  year: number,
  unit: string,
  project: string,
): { source: Source | undefined; problem: unknown } {
  const isAsked = year > 0 && unit !== "";
  const cycles = useRows("preparation_cycles", {}, isAsked);
  const projects = useRows("preparation_projects", { unit }, isAsked && project !== "");
  const estimates = useRows("preparation_estimates", { project }, isAsked && project !== "");
  const requests = useRows("preparation_requests", { unit, project }, isAsked);
  const ceilings = useRows("preparation_ceilings", { year, organisation: unit }, isAsked);
  const head = requests.data?.rows.find((each) => each.year === year);
  const before = requests.data?.rows.find((each) => each.year === year - 1);
  const versions = useRows("preparation_request_versions", { request: head?.id ?? "" }, !!head);
  const earlier = useRows("preparation_request_versions", { request: before?.id ?? "" }, !!before);
  const all = [cycles, requests, ceilings];
  const isOfProject = [projects, estimates];
  const needed = [...all, ...(project ? isOfProject : []), ...(head ? [versions] : [])];
  const problem = needed.find((each) => each.error)?.error ?? null;
  const isReady =
    isAsked && needed.every((each) => each.data !== undefined && !each.isPlaceholderData);
  if (!isReady || (before && !earlier.data)) return { source: undefined, problem };
  const newest = (estimates.data?.rows ?? []).toSorted(
    (a, b) => (b.version ?? 0) - (a.version ?? 0),
  );
  return {
    problem,
    source: {
      cycle: cycles.data?.rows.find((each) => each.year === year),
      project: projects.data?.rows.find((each) => each.id === project),
      estimate: (newest[0]?.lines ?? []) as EstimateLine[],
      head,
      versions: (versions.data?.rows ?? []).toSorted((a, b) => (b.version ?? 0) - (a.version ?? 0)),
      lastYear: earlier.data?.rows.find((each) => each.version === before?.approved_version),
      ceilingFen: ceilings.data?.rows[0]?.ceiling_fen ?? null,
    },
  };
}
