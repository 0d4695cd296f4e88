/** Blocks of cells as Excel and CSV give them, and amounts as people write them. Pure functions. */

/** Whether an amount without a unit of its own is in yuan or in ten thousands 万元. */
export type TypedUnit = "yuan" | "wan";

export interface GridRow {
  id: string;
  /** What stands in the cells, as typed: nothing is lost because it cannot be read yet. */
  cells: Readonly<Record<string, string>>;
}

export interface BlockColumn {
  key: string;
  isAmount: boolean;
  isReadOnly: boolean;
  /** What pasted words stand for, such as a code. */
  meant?: (text: string) => string;
}

const PLACES = { yuan: 2, wan: 6, yi: 10 } as const;
const AMOUNT = /^(-?)(\d{1,15})(?:\.(\d{1,12}))?(亿元|亿|万元|万|元)?$/;
const HEADING = /元|金额|科目|分类|名称|内容|单位|年度|\d年$|amount|title/i;
const SUM = /^(合计|总计|小计|total)$/i;

/**
 * Reads an amount: `640万元`, `６，４００，０００．００`, `(1,200.00)`. Returns whole fen, or null for
 * what is no amount, or is finer than a fen.
 */
export function readAmount(text: string, unit: TypedUnit = "yuan"): number | null {
  let plain = text.normalize("NFKC").replace(/[\s,，¥￥_]/g, "");
  plain = plain.replace(/^[−–]/, "-").replace(/^\((.+)\)$/, "-$1");
  const found = AMOUNT.exec(plain);
  if (!found) return null;
  const [, sign, whole = "", decimals = "", suffix = ""] = found;
  const of = suffix.startsWith("亿")
    ? "yi"
    : suffix.startsWith("万")
      ? "wan"
      : suffix
        ? "yuan"
        : unit;
  const places = PLACES[of];
  if (/[^0]/.test(decimals.slice(places))) return null;
  const fen = Number(whole + decimals.slice(0, places).padEnd(places, "0"));
  if (!Number.isSafeInteger(fen)) return null;
  return sign ? -fen : fen;
}

/** The cells of what was copied: tabs from Excel, commas from CSV, quotes as both write them. */
export function readTable(text: string): string[][] {
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  const lines = plain.split("\n");
  const isAmountColumn = lines.every((each) => each.trim() === "" || readAmount(each) !== null);
  if (!plain.includes("\t") && isAmountColumn) return lines.map((each) => [each]);
  const separator = plain.includes("\t") ? "\t" : ",";
  const rows: string[][] = [[]];
  let cell = "";
  let isQuoted = false;
  for (let at = 0; at < plain.length; at += 1) {
    const mark = plain[at] ?? "";
    if (isQuoted) {
      if (mark !== '"') cell += mark;
      else if (plain[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (mark === '"' && cell === "") isQuoted = true;
    else if (mark === separator || mark === "\n") {
      rows.at(-1)?.push(cell);
      cell = "";
      if (mark === "\n") rows.push([]);
    } else cell += mark;
  }
  rows.at(-1)?.push(cell);
  return rows;
}

export interface Pasted {
  rows: GridRow[];
  /** Cells that were filled. */
  filled: number;
  /** Rows of the block that hold headings or sums, and were left out. */
  skipped: number;
}

/**
 * Puts a block into rows from a cell on: rows are added as needed, what is not editable is stepped
 * over, headings and sums are left out; a heading with 万元 says the unit of the whole block.
 */
export function pasted(
  rows: readonly GridRow[],
  columns: readonly BlockColumn[],
  at: { row: number; column: number },
  text: string,
  unit: TypedUnit,
  added: () => GridRow,
  written: (fen: number) => string,
): Pasted {
  const table = readTable(text);
  const heading = table.length > 1 && isHeading(table[0] ?? []) ? table[0] : undefined;
  const of = heading?.some((each) => each.includes("万元")) ? "wan" : unit;
  const body = (heading ? table.slice(1) : table).filter(
    (row) => !row.some((each) => SUM.test(each.trim())),
  );
  const result = [...rows];
  let filled = 0;
  for (const [down, values] of body.entries()) {
    const place = at.row + down;
    while (result.length <= place) result.push(added());
    const row = result[place];
    if (!row) continue;
    const cells = { ...row.cells };
    for (const [across, value] of values.entries()) {
      const column = columns[at.column + across];
      if (!column || column.isReadOnly) continue;
      const fen = column.isAmount ? readAmount(value, of) : null;
      const words = column.meant?.(value) ?? value.trim();
      cells[column.key] = fen === null ? words : written(fen);
      filled += 1;
    }
    result[place] = { ...row, cells };
  }
  return { rows: result, filled, skipped: table.length - body.length };
}

function isHeading(row: readonly string[]): boolean {
  return (
    row.some((each) => HEADING.test(each.trim())) &&
    row.every((each) => readAmount(each) === null || !/\d/.test(each))
  );
}
