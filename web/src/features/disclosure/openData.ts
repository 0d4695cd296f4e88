/** Open data: rows as a file that says what it is of, and how each row is checked without us. */

/** What stands above the rows of every file. */
export interface About {
  ledger: string;
  height: number;
  /** ISO 8601 with the ledger's own offset. */
  time: string;
  licence: string;
  /** The page's address: what was chosen and searched for. */
  page: string;
  /** How a row is checked. */
  check: string;
}

export type Cell = string | number;
/** Column name to cell; every row has the same columns in the same order. */
export type OpenRow = Record<string, Cell>;

const BYTE_ORDER_MARK = "\ufeff";

/** A text that a spreadsheet would take for a formula is kept a text; amounts are numbers. */
function csvCell(cell: Cell): string {
  const text = typeof cell === "string" && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : `${cell}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180 below lines that begin with `#`; in UTF-8 as spreadsheets recognise it. */
export function csvOf(about: About, rows: readonly OpenRow[]): string {
  const head = Object.entries(about).map(([name, value]) => `# ${name}: ${value}`);
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => columns.map((each) => row[each] ?? ""))];
  const body = lines.map((line) => line.map(csvCell).join(","));
  return `${BYTE_ORDER_MARK}${[...head, ...body].join("\r\n")}\r\n`;
}

export function jsonOf(about: About, rows: readonly OpenRow[]): string {
  return `${JSON.stringify({ ...about, rows }, null, 2)}\n`;
}
