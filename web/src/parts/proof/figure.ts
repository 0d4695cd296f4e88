/** A published figure: as a page shows it, and as the bytes that institutions have signed say it. */
import type { Row } from "../../api/views.ts";

export interface FigurePart {
  title_zh: string;
  title_en: string;
  amount_fen: number;
  function?: string;
  economic?: string;
  organisation?: string;
  /** Budget line that it is of, opaque; figures from before it was named have none. */
  line?: string;
}

/** Who was paid; of a person, or where rules mask, the class alone. */
export interface FigurePayee {
  payee_class: string;
  title: string;
  credit_code: string;
}

export interface FigureStep {
  level: string;
  answer: string;
  at_ms: number;
  organisation?: string;
  clause?: string;
}

/** What a figure says. Amounts are whole fen; `day` counts from 1970-01-01. */
export interface Statement {
  figure_kind: string;
  level: string;
  organisation: string;
  year: number;
  title_zh: string;
  title_en: string;
  amount_fen: number;
  status: string;
  gazette: string;
  number: number;
  published_ms: number;
  source: string;
  sources: string[];
  parts: FigurePart[];
  steps: FigureStep[];
  document_number: string;
  day: number | null;
  payee: FigurePayee | null;
  corrects: string;
  corrected_by: string;
  reason: string;
  /** The rule by which it is public: contract, row and legal basis. */
  contract: string;
  clause: string;
  basis_zh: string[];
  basis_en: string[];
}

/** A statement under its id. */
export interface Figure extends Statement {
  id: string;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const whole = (value: unknown): number => (Number.isSafeInteger(value) ? (value as number) : 0);
const listed = <T>(value: unknown): T[] => (Array.isArray(value) ? (value as T[]) : []);
const texts = (value: unknown): string[] => listed<unknown>(value).map(text);

type Members = Record<string, unknown>;
const members = (value: unknown): Members =>
  typeof value === "object" && value !== null ? (value as Members) : {};

function partOf(value: unknown): FigurePart {
  const part = members(value);
  return {
    title_zh: text(part.title_zh),
    title_en: text(part.title_en),
    amount_fen: whole(part.amount_fen),
    function: text(part.function),
    economic: text(part.economic),
    organisation: text(part.organisation),
    line: text(part.line),
  };
}

function payeeOf(value: unknown): FigurePayee | null {
  const payee = members(value);
  if (!text(payee.payee_class)) return null;
  return {
    payee_class: text(payee.payee_class),
    title: text(payee.title),
    credit_code: text(payee.credit_code),
  };
}

function stepOf(value: unknown): FigureStep {
  const step = members(value);
  return {
    level: text(step.level),
    answer: text(step.answer),
    at_ms: whole(step.at_ms),
    organisation: text(step.organisation),
    clause: text(step.clause),
  };
}

/** `rule` is as the record has it; what a row calls otherwise is given beside it. */
function statementOf(
  content: Members,
  record: Members,
  rule: Members,
  { documentNumber, clause }: { documentNumber: unknown; clause: unknown },
): Statement {
  return {
    figure_kind: text(content.figure_kind),
    level: text(content.level),
    organisation: text(content.organisation),
    year: whole(content.year),
    title_zh: text(content.title_zh),
    title_en: text(content.title_en),
    amount_fen: whole(content.amount_fen),
    status: text(record.status) || "published",
    gazette: text(record.gazette),
    number: whole(record.number),
    published_ms: whole(record.published_ms),
    source: text(content.source),
    sources: texts(content.sources),
    parts: listed(content.parts).map(partOf),
    steps: listed(content.steps).map(stepOf),
    document_number: text(documentNumber),
    day: Number.isSafeInteger(content.day) ? (content.day as number) : null,
    payee: payeeOf(content.payee),
    corrects: text(record.corrects),
    corrected_by: text(record.corrected_by),
    reason: text(record.reason),
    contract: text(rule.contract),
    clause: text(clause),
    basis_zh: texts(rule.basis_zh),
    basis_en: texts(rule.basis_en),
  };
}

/** The figure in a row of `disclosure_figures`. */
export function figureOf(row: Row<"disclosure_figures">): Figure {
  const named = { documentNumber: row.document_number, clause: row.clause };
  return { id: row.id, ...statementOf(row, row, row, named) };
}

/** What a signed record `disclosure/figure` says; members left out have their default. */
export function signedStatement(content: Uint8Array): Statement {
  const record = members(JSON.parse(new TextDecoder().decode(content)));
  const said = members(record.content);
  const rule = members(record.rule);
  return statementOf(said, record, rule, { documentNumber: said.number, clause: rule.row });
}

/** The members in which what is shown is not what was signed, in the order of reading. */
export function differences(shown: Statement, signed: Statement): (keyof Statement)[] {
  const names = Object.keys(signed) as (keyof Statement)[];
  return names.filter((name) => JSON.stringify(shown[name]) !== JSON.stringify(signed[name]));
}

/** The key under which the ledger holds a figure. */
export const figureKey = (id: string): string => `disclosure/figure/${id}`;
