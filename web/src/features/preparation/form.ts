/** A request as it is being typed, and as the ledger takes it. Pure functions; amounts in fen. */
import type { Body } from "../../api/commands.ts";
import { amountText } from "../../parts/amounts.ts";
import { type GridRow, readAmount } from "../../parts/grid/block.ts";

export type Content = Body<"preparation.request.submit/1">["content"];
export type LineItem = Content["lines"][number];
export type Indicator = NonNullable<Content["goals"]>["indicators"][number];
export type Document = Content["documents"][number];
export type Tab = "basics" | "lines" | "goals" | "documents" | "submit";
export const TABS: readonly Tab[] = ["basics", "lines", "goals", "documents", "submit"];
export const OPERATORS = ["ge", "gt", "eq", "le", "lt", "qualitative"] as const;
export const NATURES = [
  "general",
  "government_fund",
  "state_capital",
  "social_insurance",
  "special_account",
  "unit_own",
] as const;

export interface Form {
  title: string;
  /** Kept from the project; a title that was changed has no English of its own. */
  title_en: string;
  reason: string;
  lines: GridRow[];
  overall_goal: string;
  year_goal: string;
  other_funds: string;
  indicators: GridRow[];
  documents: Document[];
}

/** Something that cannot be said to the ledger yet, so that no rule can be asked about it. */
export interface Fault {
  tab: Tab;
  /** Key of its text. */
  what: FaultKey;
  /** `rowId/column` of a sheet. */
  cell?: string;
  row?: number;
}
export type FaultKey =
  | "fault.title"
  | "fault.reason"
  | "fault.line.title"
  | "fault.line.code"
  | "fault.line.amount"
  | "fault.line.amounts"
  | "fault.goal.text"
  | "fault.goal.funds"
  | "fault.goal.kind"
  | "fault.goal.name"
  | "fault.goal.target"
  | "fault.goal.weight"
  | "fault.goal.evidence"
  | "fault.document.title";

const CODE = /^([A-Za-z0-9][A-Za-z0-9._-]{0,31})?$/;
const WEIGHT = /^\d{1,3}(\.\d{1,2})?$/;
const DECIMAL = /^-?\d{1,15}(\.\d{1,6})?$/;
const DIRECTIONS = {
  ge: "higher",
  gt: "higher",
  eq: "exact",
  le: "lower",
  lt: "lower",
  qualitative: "qualitative",
} as const;

export const yearKey = (year: number): string => `y${year}`;
const cell = (row: GridRow, key: string): string => row.cells[key]?.trim() ?? "";

/** Budget years that a request of a project may name: from the cycle's on, ten at most. */
export function yearsOf(year: number, lastYear: number): number[] {
  const last = Math.min(Math.max(year, lastYear), year + 9);
  return Array.from({ length: last - year + 1 }, (_, at) => year + at);
}

/** Fen of one line over some years; what cannot be read counts as nothing. */
export function lineFen(row: GridRow, years: readonly number[]): number {
  return years.reduce((sum, year) => sum + (readAmount(cell(row, yearKey(year))) ?? 0), 0);
}

export function sumFen(rows: readonly GridRow[], years: readonly number[]): number {
  return rows.reduce((sum, row) => sum + lineFen(row, years), 0);
}

/** Hundredths of a point; null for what is no weight. */
export function readWeight(text: string): number | null {
  const plain = text.normalize("NFKC").replace(/[\s%分]/g, "");
  return WEIGHT.test(plain) ? Math.round(Number(plain) * 100) : null;
}

export function weightSum(rows: readonly GridRow[]): number {
  return rows.reduce((sum, row) => sum + (readWeight(cell(row, "weight")) ?? 0), 0);
}

/** A request in the ledger's form, or what is still missing for that. */
export function contentOf(
  form: Form,
  years: readonly number[],
): { content: Content | null; faults: Fault[] } {
  const faults: Fault[] = [];
  if (!form.title.trim()) faults.push({ tab: "basics", what: "fault.title" });
  const lines = form.lines.map((row, at) => lineOf(row, years, at + 1, faults));
  const goals = goalsOf(form, faults);
  for (const each of form.documents) {
    if (!each.title.trim()) faults.push({ tab: "documents", what: "fault.document.title" });
  }
  if (faults.length > 0) return { content: null, faults };
  const title = form.title.trim();
  return {
    content: {
      titles: { zh: title, en: form.title_en.trim() || title },
      lines,
      documents: form.documents,
      goals,
    },
    faults,
  };
}

function lineOf(row: GridRow, years: readonly number[], at: number, faults: Fault[]): LineItem {
  const wrong = (what: FaultKey, key: string) =>
    faults.push({ tab: "lines", what, cell: `${row.id}/${key}`, row: at });
  const title = cell(row, "title");
  if (!title) wrong("fault.line.title", "title");
  for (const key of ["function", "economic", "government_economic", "source"]) {
    if (!CODE.test(cell(row, key))) wrong("fault.line.code", key);
  }
  const nature = NATURES.find((each) => each === cell(row, "nature")) ?? "";
  if (cell(row, "nature") && !nature) wrong("fault.line.code", "nature");
  const amounts: LineItem["amounts"] = [];
  let isWrong = false;
  for (const year of years) {
    const text = cell(row, yearKey(year));
    const fen = text === "" ? 0 : readAmount(text);
    if (fen === null || fen < 0) {
      wrong("fault.line.amount", yearKey(year));
      isWrong = true;
    } else if (fen > 0) amounts.push({ year, amount_fen: fen });
  }
  if (amounts.length === 0 && !isWrong) wrong("fault.line.amounts", yearKey(years[0] ?? 0));
  const isNamed = cell(row, "title_en") !== "" && cell(row, "title_was") === title;
  return {
    line: cell(row, "line"),
    titles: { zh: title, en: isNamed ? cell(row, "title_en") : title },
    function: cell(row, "function"),
    economic: cell(row, "economic"),
    government_economic: cell(row, "government_economic"),
    nature,
    source: cell(row, "source"),
    amounts,
  };
}

function goalsOf(form: Form, faults: Fault[]): Content["goals"] {
  const texts = [form.overall_goal.trim(), form.year_goal.trim()];
  const isEmpty = texts.every((each) => !each) && form.indicators.length === 0;
  if (isEmpty) return null;
  if (texts.some((each) => !each)) faults.push({ tab: "goals", what: "fault.goal.text" });
  const funds = form.other_funds.trim() === "" ? 0 : readAmount(form.other_funds);
  if (funds === null || funds < 0) faults.push({ tab: "goals", what: "fault.goal.funds" });
  return {
    overall_goal: texts[0] ?? "",
    year_goal: texts[1] ?? "",
    other_funds_fen: funds ?? 0,
    indicators: form.indicators.map((row, at) => indicatorOf(row, at + 1, faults)),
  };
}

function indicatorOf(row: GridRow, at: number, faults: Fault[]): Indicator {
  const wrong = (what: FaultKey, key: string) =>
    faults.push({ tab: "goals", what, cell: `${row.id}/${key}`, row: at });
  const operator = OPERATORS.find((each) => each === cell(row, "operator")) ?? "ge";
  const target = cell(row, "target").normalize("NFKC").replace(/[,\s]/g, "");
  const isQualitative = operator === "qualitative";
  if (!cell(row, "kind") || !CODE.test(cell(row, "kind"))) wrong("fault.goal.kind", "kind");
  if (!cell(row, "name")) wrong("fault.goal.name", "name");
  if (isQualitative ? !cell(row, "target") : !DECIMAL.test(target))
    wrong("fault.goal.target", "target");
  const weight = readWeight(cell(row, "weight"));
  if (weight === null) wrong("fault.goal.weight", "weight");
  if (!cell(row, "evidence")) wrong("fault.goal.evidence", "evidence");
  return {
    indicator_kind: cell(row, "kind"),
    name: cell(row, "name"),
    operator,
    target: isQualitative ? null : target,
    target_text: isQualitative ? cell(row, "target") : "",
    unit: cell(row, "unit"),
    direction: DIRECTIONS[operator],
    weight_bp: weight ?? 0,
    evidence: cell(row, "evidence"),
  };
}

const typed = (fen: number): string => amountText(fen).replace("−", "-");

/** A version as a form, to be changed. */
export function formOf(content: Content): Form {
  return {
    title: content.titles.zh,
    title_en: content.titles.en,
    reason: "",
    lines: content.lines.map((each, at) => ({
      id: `l${at}`,
      cells: {
        line: each.line,
        title: each.titles.zh,
        title_was: each.titles.zh,
        title_en: each.titles.en,
        function: each.function,
        economic: each.economic,
        government_economic: each.government_economic,
        nature: each.nature,
        source: each.source,
        ...Object.fromEntries(each.amounts.map((of) => [yearKey(of.year), typed(of.amount_fen)])),
      },
    })),
    overall_goal: content.goals?.overall_goal ?? "",
    year_goal: content.goals?.year_goal ?? "",
    other_funds: content.goals?.other_funds_fen ? typed(content.goals.other_funds_fen) : "",
    indicators: (content.goals?.indicators ?? []).map((each, at) => ({
      id: `g${at}`,
      cells: {
        kind: each.indicator_kind,
        name: each.name,
        operator: each.operator,
        target: each.target ?? each.target_text,
        unit: each.unit,
        weight: String(each.weight_bp / 100),
        evidence: each.evidence,
      },
    })),
    documents: [...content.documents],
  };
}

/** Ids of rows and lines that no row of the form has. */
export function newLine(form: Form, owner: string, year: number): GridRow {
  const taken = new Set(form.lines.flatMap((each) => [each.id, each.cells.line]));
  let at = form.lines.length + 1;
  while (taken.has(`l${at}`) || taken.has(`${owner}-${year}-${at}`)) at += 1;
  return {
    id: `l${at}`,
    cells: { line: `${owner}-${year}-${at}`, nature: "general", source: "local" },
  };
}

export function newIndicator(form: Form): GridRow {
  const taken = new Set(form.indicators.map((each) => each.id));
  let at = form.indicators.length + 1;
  while (taken.has(`g${at}`)) at += 1;
  return { id: `g${at}`, cells: { operator: "ge" } };
}

/**
 * Last year's version for another year: what it planned for that year on, else its own year's
 * amounts moved there. Documents and goals come with it.
 */
export function copied(content: Content, year: number): Form {
  const lines = content.lines.map((each) => {
    const later = each.amounts.filter((of) => of.year >= year);
    const amounts = later.length > 0 ? later : each.amounts.map((of) => ({ ...of, year }));
    return { ...each, amounts: amounts.slice(later.length > 0 ? 0 : -1) };
  });
  return formOf({ ...content, lines });
}
