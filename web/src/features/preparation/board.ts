/** The board of a year: departments and their units, what they may ask, ask, and were given. */
import type { Row } from "../../api/views.ts";

export interface Share {
  organisation: string;
  required: boolean;
  live: number;
  approved: number;
  asked_fen: number;
  approved_fen: number;
  ceiling_fen: number | null;
  complete: boolean;
}

export interface BoardRow {
  key: string;
  organisation: string;
  /** The department above a unit; "" for a department. */
  department: string;
  required: boolean;
  complete: boolean;
  requests: number;
  askedFen: number;
  approvedFen: number;
  ceilingFen: number | null;
  /** What the ceiling leaves; negative where more is asked. Null without a ceiling. */
  leftFen: number | null;
}

type Totals = Pick<Row<"preparation_totals">, "year" | "department" | "shares">[];
type Ceilings = Pick<Row<"preparation_ceilings">, "organisation" | "department" | "ceiling_fen">[];

function row(organisation: string, department: string, share: Partial<Share>): BoardRow {
  const askedFen = share.asked_fen ?? 0;
  const ceilingFen = share.ceiling_fen ?? null;
  return {
    key: `${department}/${organisation}`,
    organisation,
    department,
    required: share.required ?? false,
    complete: share.complete ?? false,
    requests: share.live ?? 0,
    askedFen,
    approvedFen: share.approved_fen ?? 0,
    ceilingFen,
    leftFen: ceilingFen === null ? null : ceilingFen - askedFen,
  };
}

/**
 * Departments in order, each followed by its units. Who has a ceiling but asked for nothing yet
 * stands there too; `bureau` is left out, whose ceiling is that of the whole year.
 */
export function boardOf(totals: Totals, ceilings: Ceilings, bureau: string): BoardRow[] {
  const shares = (of: string): Partial<Share>[] =>
    (totals.find((each) => (each.department ?? "") === of)?.shares ?? []) as Partial<Share>[];
  const given = new Map(ceilings.map((each) => [each.organisation ?? "", each]));
  const departments = new Set(shares("").map((each) => each.organisation ?? ""));
  for (const each of ceilings) {
    const of = each.organisation ?? "";
    if (of !== bureau)
      departments.add(each.department && each.department !== of ? each.department : of);
  }
  const rows: BoardRow[] = [];
  for (const department of [...departments].filter(Boolean).toSorted()) {
    const own = shares("").find((each) => each.organisation === department) ?? {};
    const ceiling = own.ceiling_fen ?? given.get(department)?.ceiling_fen ?? null;
    rows.push(row(department, "", { ...own, ceiling_fen: ceiling }));
    const units = new Set(shares(department).map((each) => each.organisation ?? ""));
    for (const each of ceilings) {
      if (each.department === department && each.organisation !== department)
        units.add(each.organisation ?? "");
    }
    for (const unit of [...units].filter(Boolean).toSorted()) {
      const mine = shares(department).find((each) => each.organisation === unit) ?? {};
      const limit = mine.ceiling_fen ?? given.get(unit)?.ceiling_fen ?? null;
      rows.push(row(unit, department, { ...mine, ceiling_fen: limit }));
    }
  }
  return rows;
}

export const STAGES = ["first_up", "first_down", "second_up", "congress", "second_down"] as const;
export type Stage = (typeof STAGES)[number];

export interface StageStep {
  stage: Stage;
  day: number;
  state: "done" | "now" | "ahead";
  /** Its last day has passed, and it is not over. */
  isLate: boolean;
}

export function stepsOf(
  deadlines: readonly { stage: string; day: number }[],
  current: string,
  today: number,
): StageStep[] {
  const now = (STAGES as readonly string[]).indexOf(current);
  return STAGES.map((stage, at) => {
    const day = deadlines.find((each) => each.stage === stage)?.day ?? 0;
    const state = at < now ? "done" : at === now ? "now" : "ahead";
    return { stage, day, state, isLate: state === "now" && today > day };
  });
}

export function nextStage(current: string): Stage | null {
  return STAGES[(STAGES as readonly string[]).indexOf(current) + 1] ?? null;
}

/** By how much `after` is more than `before`, in tenths of a percent, rounded half up; null of nothing. */
export function growth(before: number, after: number): number | null {
  if (before === 0) return null;
  const tenths = (Math.abs(after - before) * 2_000 + before) / (2 * before);
  return Math.sign(after - before) * Math.floor(tenths);
}

export function percent(tenths: number | null): string {
  if (tenths === null) return "—";
  const size = Math.abs(tenths);
  return `${tenths < 0 ? "−" : ""}${Math.floor(size / 10)}.${size % 10}%`;
}
