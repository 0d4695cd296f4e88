/** What published figures say together: projects, years, sums. Each sum names its figures. */
import type { Step } from "../../parts/charts/layout.ts";
import type { Figure, FigurePart } from "../../parts/proof/figure.ts";

/** A project as the public knows it: what was asked, approved, budgeted and paid for it. */
export interface Project {
  id: string;
  title_zh: string;
  title_en: string;
  unit: string;
  requests: Figure[];
  approvals: Figure[];
  budgets: Figure[];
  payments: Figure[];
  accountability: Figure[];
  /** Lines of figures that name no line, and whose title another project has too: not told apart. */
  shared: string[];
}

const PROJECT = "preparation/project/";
const REQUEST = "preparation/request/";
const LINE = "funds/line/";
const CELL = "funds/cell/";

const named = (figure: Figure, prefix: string): string[] =>
  figure.sources.filter((each) => each.startsWith(prefix)).map((each) => each.slice(prefix.length));

/** A figure that no later one replaces. */
export const inForce = (figure: Figure): boolean => figure.corrected_by === "";

export const ofKind = (figures: readonly Figure[], kind: string): Figure[] =>
  figures.filter((each) => each.figure_kind === kind && inForce(each));

export const sumOf = (figures: readonly Figure[]): number =>
  figures.reduce((sum, each) => sum + each.amount_fen, 0);

/** `预算申报：…`: the title of what it is of, without the kind before it. */
const ownTitle = (title: string): string => title.replace(/^[^：:]*[：:]\s*/, "");

/**
 * The lines of a unit's budget. Where its parts do not name them, they stand in the order of the
 * cells among its sources.
 */
function linesOf(budget: Figure): { line: string; part: FigurePart }[] {
  if (budget.parts.every((part) => part.line)) {
    return budget.parts.map((part) => ({ line: part.line ?? "", part }));
  }
  const cells = named(budget, CELL).map((each) => each.split(":")[0] ?? "");
  if (cells.length !== budget.parts.length) return [];
  return budget.parts.map((part, at) => ({ line: cells[at] ?? "", part }));
}

export const lineOfPayment = (figure: Figure): string | undefined => named(figure, LINE)[0];

/** The projects of which something is published, by what the figures themselves name. */
export function projectsOf(figures: readonly Figure[]): Project[] {
  const projects = new Map<string, Project>();
  const projectOfRequest = new Map<string, string>();
  for (const figure of ofKind(figures, "request")) {
    const [id] = named(figure, PROJECT);
    const [request] = named(figure, REQUEST);
    if (!id || !request) continue;
    projectOfRequest.set(request, id);
    const project = projects.get(id) ?? {
      id,
      title_zh: ownTitle(figure.title_zh),
      title_en: ownTitle(figure.title_en),
      unit: figure.organisation,
      requests: [],
      approvals: [],
      budgets: [],
      payments: [],
      accountability: [],
      shared: [],
    };
    project.requests.push(figure);
    projects.set(id, project);
  }
  for (const figure of ofKind(figures, "approval")) {
    const project = projects.get(projectOfRequest.get(named(figure, REQUEST)[0] ?? "") ?? "");
    project?.approvals.push(figure);
  }
  const owners = new Map<string, Set<string>>();
  const titles = new Map<string, string>();
  for (const budget of ofKind(figures, "budget")) {
    const ids = new Set(named(budget, REQUEST).map((each) => projectOfRequest.get(each) ?? ""));
    for (const id of ids) {
      const project = projects.get(id);
      if (!project) continue;
      project.budgets.push(budget);
      const parts = project.approvals.flatMap((each) => each.parts);
      const asked = new Set(parts.map((each) => each.line || each.title_zh));
      for (const { line, part } of linesOf(budget)) {
        if (!asked.has(line) && !asked.has(part.title_zh)) continue;
        owners.set(line, (owners.get(line) ?? new Set()).add(id));
        titles.set(line, part.title_zh);
      }
    }
  }
  for (const [line, ids] of owners) {
    const [id = "", ...others] = ids;
    if (others.length) {
      for (const each of ids) projects.get(each)?.shared.push(titles.get(line) ?? "");
      continue;
    }
    const mine = (kind: string) =>
      ofKind(figures, kind).filter((each) => lineOfPayment(each) === line);
    projects.get(id)?.payments.push(...mine("payment"));
    projects.get(id)?.accountability.push(...mine("accountability"));
  }
  return [...projects.values()].map((each) => ({
    ...each,
    payments: each.payments.toSorted((one, other) => paidMs(one) - paidMs(other)),
  }));
}

/** When a payment was instructed: the date in its voucher's number, else when it was published. */
export function paidMs(figure: Figure): number {
  const found = /^(\d{4})(\d{2})(\d{2})-/.exec(figure.document_number);
  if (!found) return figure.published_ms;
  return Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3]));
}

/** Sums up to each day on which something was paid. */
export function cumulated(figures: readonly Figure[]): Step[] {
  const steps: Step[] = [];
  let sum = 0;
  for (const each of figures.toSorted((one, other) => paidMs(one) - paidMs(other))) {
    sum += each.amount_fen;
    const atMs = paidMs(each);
    if (steps.at(-1)?.atMs === atMs) steps.pop();
    steps.push({ atMs, amount_fen: sum });
  }
  return steps;
}

/** A line of the year's picture: what was budgeted for it, what of it was paid. */
export interface YearLine {
  id: string;
  title_zh: string;
  title_en: string;
  budget_fen: number;
  paid_fen: number;
}

/** The year in one picture, from the budget down to what was paid of each line. */
export interface Year {
  year: number;
  /** The government's budget; else what departments and units have published. */
  budgets: Figure[];
  lines: YearLine[];
  payments: Figure[];
}

export function yearsOf(figures: readonly Figure[]): number[] {
  const years = new Set(ofKind(figures, "budget").map((each) => each.year));
  return [...years].toSorted((one, other) => other - one);
}

/** The newest year of which a unit's lines are public; else the newest. */
export function yearToShow(figures: readonly Figure[]): number | undefined {
  const units = ofKind(figures, "budget").filter((each) => each.level === "unit");
  return yearsOf(units)[0] ?? yearsOf(figures)[0];
}

/** What a year's figures say; `departmentOf` names the department of a unit. */
export function yearOf(
  figures: readonly Figure[],
  year: number,
  departmentOf: (unit: string) => string,
): Year {
  const ofYear = figures.filter((each) => each.year === year);
  const budgets = ofKind(ofYear, "budget");
  const payments = ofKind(ofYear, "payment");
  const at = (level: string) => budgets.filter((each) => each.level === level);
  const units = at("unit");
  const lines = units.flatMap((budget) => unitLines(budget, payments));
  const isTold = new Set(units.map((each) => departmentOf(each.organisation)));
  for (const part of (at("government")[0] ?? at("department")[0])?.parts ?? []) {
    if (!part.organisation || isTold.has(part.organisation)) continue;
    const paid = payments.filter((each) => departmentOf(each.organisation) === part.organisation);
    lines.push({
      id: part.organisation,
      title_zh: part.title_zh,
      title_en: part.title_en,
      budget_fen: part.amount_fen,
      paid_fen: sumOf(paid),
    });
  }
  const top = [at("government"), at("department"), units].find((each) => each.length > 0) ?? [];
  return { year, budgets: top, lines, payments };
}

function unitLines(budget: Figure, payments: readonly Figure[]): YearLine[] {
  const lines = linesOf(budget);
  return budget.parts.map((part, at) => {
    const line = lines[at]?.line ?? "";
    const paid = payments.filter((each) => lineOfPayment(each) === line);
    return {
      id: line || `${budget.organisation}:${part.title_zh}`,
      title_zh: part.title_zh,
      title_en: part.title_en,
      budget_fen: part.amount_fen,
      paid_fen: sumOf(paid),
    };
  });
}

/** The largest lines, the others gathered in one. */
export function gathered(lines: readonly YearLine[], most: number, rest: string): YearLine[] {
  const sorted = lines.toSorted((one, other) => other.budget_fen - one.budget_fen);
  if (sorted.length <= most) return sorted;
  const others = sorted.slice(most - 1);
  const add = (pick: (line: YearLine) => number) =>
    others.reduce((sum, each) => sum + pick(each), 0);
  return [
    ...sorted.slice(0, most - 1),
    {
      id: "others",
      title_zh: rest,
      title_en: rest,
      budget_fen: add((each) => each.budget_fen),
      paid_fen: add((each) => each.paid_fen),
    },
  ];
}
