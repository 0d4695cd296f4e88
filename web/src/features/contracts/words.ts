/** A cell of a decision table in words, and back: officials read and write no language of ours. */
import { amountText, readYuan } from "../../parts/amounts.ts";
import { dayInTable } from "../../parts/dates.ts";
import type { Fact, Field, Unit } from "./document.ts";

/** The words of one language. */
export interface Voice {
  any: string;
  yes: string;
  no: string;
  or: string;
  not: string;
  to: string;
  without: string;
  yuan: string;
  days: string;
  whole: string;
  /** Title of an input, output or effect by its name; the name itself where there is none. */
  name: (id: string) => string;
  /** Title of a code; the code itself where there is none. */
  code: (value: string) => string;
}

const TOKEN = /"[^"]*"|[a-z_][a-z0-9_.]*|\d+|>=|<=|!=|==|\.\.|\S/gi;
const SIGNS: Record<string, string> = {
  ">=": "≥",
  "<=": "≤",
  "!=": "≠",
  "==": "=",
  ">": "＞",
  "<": "＜",
  "*": "×",
  "/": "÷",
  "-": "−",
};
const COMPARISON = /^(>=|<=|!=|==|>|<)\s*(.+)$/s;
const RANGE = /^([[(])\s*(.+?)\s*\.\.\s*(.+?)\s*([\])])$/s;
const DAY_MS = 86_400_000;

/** Writes a number in the unit that its column is in. */
export function numberInWords(value: number, unit: Unit, voice: Voice): string {
  if (unit === "fen") return `${amountText(value)} ${voice.yuan}`;
  if (unit === "bp") return `${amountText(value).replace(/\.?0+$/, "")}%`;
  if (unit === "day") return dayInTable(value);
  return unit === "days" ? `${value} ${voice.days}` : String(value);
}

/** Writes a fact or an output. */
export function factInWords(fact: Fact | undefined, unit: Unit, voice: Voice): string {
  if (fact === undefined) return "—";
  if (typeof fact === "boolean") return fact ? voice.yes : voice.no;
  if (typeof fact === "number") return numberInWords(fact, unit, voice);
  if (typeof fact === "string") return voice.code(fact);
  return fact.map((each) => factInWords(each, unit, voice)).join("、");
}

/** Writes an expression: a column's head, an outcome, a formula. */
export function expressionInWords(text: string, unit: Unit, voice: Voice): string {
  const tokens = text.match(TOKEN) ?? [];
  let written = "";
  tokens.forEach((token, at) => {
    const isFactor = /^[*/]$/.test(tokens[at - 1] ?? "") || /^[*/]$/.test(tokens[at + 1] ?? "");
    const word = tokenInWords(token, isFactor ? "" : unit, voice);
    const isTight = /^[)\],]$/.test(token) || /[([]$/.test(written) || /^[([]$/.test(token);
    written += written && !isTight ? ` ${word}` : word;
  });
  return written;
}

function tokenInWords(token: string, unit: Unit, voice: Voice): string {
  if (token.startsWith('"')) return voice.code(token.slice(1, -1));
  if (/^\d/.test(token)) return numberInWords(Number(token), unit, voice);
  if (token === "true") return voice.yes;
  if (token === "false") return voice.no;
  if (token === "floor") return voice.whole;
  if (/^[a-z_]/i.test(token)) return voice.name(token);
  return SIGNS[token] ?? token;
}

/** Writes a condition of a row: a unary test. */
export function conditionInWords(cell: string, unit: Unit, voice: Voice): string {
  const text = cell.trim();
  if (text === "-") return voice.any;
  return alternatives(text)
    .map((each) => alternativeInWords(each, unit, voice))
    .join(voice.or);
}

function alternativeInWords(text: string, unit: Unit, voice: Voice): string {
  const negated = /^not\s*\((.+)\)$/s.exec(text);
  if (negated?.[1]) return `${voice.not}${conditionInWords(negated[1], unit, voice)}`;
  const range = RANGE.exec(text);
  if (range) {
    const [, open, low = "", high = "", close] = range;
    const from = expressionInWords(low, unit, voice) + (open === "(" ? voice.without : "");
    const until = expressionInWords(high, unit, voice) + (close === ")" ? voice.without : "");
    return `${from}${voice.to}${until}`;
  }
  const compared = COMPARISON.exec(text);
  if (compared?.[1] && compared[2]) {
    return `${SIGNS[compared[1]]} ${expressionInWords(compared[2], unit, voice)}`;
  }
  return expressionInWords(text, unit, voice);
}

/** Splits at the commas that stand in no bracket and no text. */
function alternatives(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let begun = "";
  for (const token of text.match(/"[^"]*"|[^"]/g) ?? []) {
    if ("([".includes(token)) depth += 1;
    if (")]".includes(token)) depth -= 1;
    if (token === "," && depth === 0) {
      found.push(begun.trim());
      begun = "";
    } else begun += token;
  }
  return [...found, begun.trim()];
}

/** The unit of an expression: that of the first name in it that has one. */
export function unitOf(expression: string, fields: readonly Field[]): Unit {
  const names = expression.match(/[a-z_][a-z0-9_]*/g) ?? [];
  return names.map((id) => fields.find((each) => each.name === id)?.unit ?? "").find(Boolean) ?? "";
}

/**
 * Reads what a person typed into a cell. Amounts are yuan, rates percent, dates as 2022-08-01.
 *
 * Returns the cell as the contract writes it, or the text itself where these words do not say it.
 */
export function readCondition(typed: string, unit: Unit, voice: Voice, known: Known): string {
  const text = typed.trim();
  if (text === voice.any || text === "-") return "-";
  const parts = text.split(between(voice.or));
  const read = parts.map((each) => readAlternative(each.trim(), unit, voice, known));
  return read.every((each) => each !== null) ? read.join(", ") : text;
}

/** The word between two others: Chinese needs no spaces around it, English does. */
function between(word: string): RegExp {
  const plain = word.trim();
  return /^[a-z]/i.test(plain) ? new RegExp(`\\s+${plain}\\s+`) : new RegExp(`\\s*${plain}\\s*`);
}

/** Names and codes by their titles. */
export interface Known {
  names: ReadonlyMap<string, string>;
  codes: ReadonlyMap<string, string>;
}

const READ_SIGNS: [RegExp, string][] = [
  [/^(≥|>=|不小于|不少于|at least)\s*/, ">= "],
  [/^(≤|<=|不大于|不超过|at most)\s*/, "<= "],
  [/^(≠|!=|不等于)\s*/, "!= "],
  [/^(＞|>|大于|超过|above)\s*/, "> "],
  [/^(＜|<|小于|低于|below)\s*/, "< "],
];

function readAlternative(text: string, unit: Unit, voice: Voice, known: Known): string | null {
  if (voice.not.trim() && text.startsWith(voice.not.trim())) {
    const inner = text.slice(voice.not.trim().length).trim();
    const read = readAlternative(inner, unit, voice, known);
    return read === null ? null : `not(${read})`;
  }
  for (const [sign, written] of READ_SIGNS) {
    if (sign.test(text)) {
      const value = readValue(text.replace(sign, ""), unit, voice, known);
      return value === null ? null : `${written}${value}`;
    }
  }
  const bounds = text.split(between(voice.to));
  if (bounds.length === 2) return readRange(bounds as [string, string], unit, voice, known);
  return readValue(text, unit, voice, known);
}

function readRange(
  bounds: [string, string],
  unit: Unit,
  voice: Voice,
  known: Known,
): string | null {
  const isOpen = bounds.map((each) => each.includes(voice.without.trim()));
  const [low, high] = bounds.map((each) =>
    readValue(each.replace(voice.without.trim(), "").trim(), unit, voice, known),
  );
  if (low == null || high == null) return null;
  return `${isOpen[0] ? "(" : "["}${low}..${high}${isOpen[1] ? ")" : "]"}`;
}

/** Reads a value: yes or no, an amount, a rate, a date, a number, a code or the name of a fact. */
export function readValue(typed: string, unit: Unit, voice: Voice, known: Known): string | null {
  const text = typed.trim();
  if (text === voice.yes) return "true";
  if (text === voice.no) return "false";
  const named = known.names.get(text);
  if (named) return named;
  const code = known.codes.get(text);
  if (code !== undefined) return `"${code}"`;
  const number = readNumber(text, unit, voice);
  return number === null ? null : String(number);
}

/** Reads a number in the unit of its column: fen, basis points, a day, or a plain number. */
export function readNumber(text: string, unit: Unit, voice: Voice): number | null {
  const plain = text.normalize("NFKC").replace(voice.yuan, "").replace(voice.days, "").trim();
  if (unit === "fen") return readYuan(plain);
  if (unit === "bp") return readYuan(plain.replace(/\s*%$/, ""));
  if (unit === "day" && /^\d{4}-\d{2}-\d{2}$/.test(plain)) {
    const time = Date.parse(`${plain}T00:00:00Z`);
    return Number.isNaN(time) ? null : time / DAY_MS;
  }
  return /^\d{1,15}$/.test(plain) ? Number(plain) : null;
}

/** Reads a fact that is typed: a number in its unit, or a list with 、 between; null for neither. */
export function readFact(typed: string, field: Field, voice: Voice): Fact | null {
  if (field.type === "int") return readNumber(typed, field.unit, voice);
  const items = typed.split(/[,，、]/).map((each) => each.trim());
  const read = items
    .filter(Boolean)
    .map((each) => (field.type === "codes" ? each : readNumber(each, field.unit, voice)));
  return read.includes(null) ? null : (read as (number | string)[]);
}

/** The text to edit a cell by: its words where they can be read back, else the cell itself. */
export function editable(cell: string, unit: Unit, voice: Voice, known: Known): string {
  const words = conditionInWords(cell, unit, voice);
  return readCondition(words, unit, voice, known) === cell ? words : cell;
}
