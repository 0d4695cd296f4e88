/** What a chart shows, as a table: the same order, the same figures. */
import { amountText } from "../amounts.ts";

export interface Column {
  title: string;
  /** The column holds whole fen. */
  isAmount?: boolean;
}

export interface Table {
  columns: Column[];
  rows: (string | number)[][];
}

/** A spreadsheet takes a text that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: string | number, column: Column | undefined): string {
  if (typeof value === "number") {
    return column?.isAmount ? amountText(value).replaceAll(",", "").replace("−", "-") : `${value}`;
  }
  const plain = FORMULA.test(value) ? `'${value}` : value;
  return `"${plain.replaceAll('"', '""')}"`;
}

/** RFC 4180, with the mark by which Excel knows UTF-8; amounts in yuan. */
export function csvOf({ columns, rows }: Table): string {
  const head = columns.map((each) => cell(each.title, undefined)).join(",");
  const lines = rows.map((row) => row.map((each, at) => cell(each, columns[at])).join(","));
  return `\ufeff${[head, ...lines].join("\r\n")}\r\n`;
}
