/** Rows pasted from a spreadsheet or a CSV file, read as payment requests. */
import { readYuan } from "../../parts/amounts.ts";
import type { PaymentBody } from "./remedies.ts";

export const COLUMNS = ["line", "payee", "account", "purpose", "amount", "invoice"] as const;
export type Column = (typeof COLUMNS)[number];

/** What may stand in the first row for a column; without such a row, columns stand in this order. */
const HEADS: Record<Column, readonly string[]> = {
  line: ["预算线", "项", "line"],
  payee: ["收款方", "收款单位", "payee"],
  account: ["账户", "账号", "收款账户", "account"],
  purpose: ["用途", "经济分类", "purpose"],
  amount: ["金额", "金额（元）", "金额(元)", "amount"],
  invoice: ["发票号", "发票", "invoice"],
};

export interface BatchRow {
  /** As in the spreadsheet, the first row being 1. */
  number: number;
  cells: Record<Column, string>;
  /** Columns that are wrong by themselves, before any rule is asked. */
  wrong: Column[];
}

export interface Books {
  lines: readonly { id: string; title: string; economic: string }[];
  payees: readonly { id: string; title: string; account: string }[];
}

function split(line: string): string[] {
  if (line.includes("\t")) return line.split("\t").map((each) => each.trim());
  const cells = line.match(/("([^"]|"")*"|[^,，]*)(?=[,，]|$)/g) ?? [];
  const taken: string[] = [];
  let isAfterCell = false;
  for (const each of cells) {
    if (each === "" && isAfterCell) {
      isAfterCell = false;
      continue;
    }
    taken.push(each.replace(/^"|"$/g, "").replaceAll('""', '"').trim());
    isAfterCell = each !== "";
  }
  return taken;
}

export function readBatch(text: string): BatchRow[] {
  const lines = text.split(/\r?\n/);
  const first = split(lines.find((each) => each.trim() !== "") ?? "");
  const headed = COLUMNS.map((column) =>
    first.findIndex((each) => HEADS[column].includes(each.toLowerCase())),
  );
  const hasHead = headed.some((at) => at >= 0);
  let isHeadSeen = !hasHead;
  return lines.flatMap((line, at) => {
    if (line.trim() === "") return [];
    if (!isHeadSeen) {
      isHeadSeen = true;
      return [];
    }
    const found = split(line);
    const cells = {} as Record<Column, string>;
    COLUMNS.forEach((column, order) => {
      const place = hasHead ? (headed[order] ?? -1) : order;
      cells[column] = place >= 0 ? (found[place] ?? "") : "";
    });
    return [{ number: at + 1, cells, wrong: [] }];
  });
}

/** A row as a request, or with the columns that are wrong. Ids and titles both name a line, a payee. */
export function requestOf(
  row: BatchRow,
  books: Books,
  year: number,
): { row: BatchRow; body: PaymentBody | null } {
  const { cells } = row;
  const line = books.lines.find((each) => each.id === cells.line || each.title === cells.line);
  const payee = books.payees.find((each) => each.id === cells.payee || each.title === cells.payee);
  const amount = readYuan(cells.amount);
  const wrong: Column[] = [];
  if (!line) wrong.push("line");
  if (!payee) wrong.push("payee");
  if (amount === null || amount <= 0) wrong.push("amount");
  if (!/^[0-9A-Z]{1,24}$/.test(cells.invoice) && cells.invoice !== "") wrong.push("invoice");
  if (wrong.length > 0 || !line || !payee || amount === null) {
    return { row: { ...row, wrong }, body: null };
  }
  const body: PaymentBody = {
    line: line.id,
    nature: "general",
    source: "local",
    year,
    amount_fen: amount,
    purpose: cells.purpose || line.economic,
    payee: payee.id,
    account: cells.account || payee.account,
    invoice: cells.invoice || null,
  };
  return { row: { ...row, wrong }, body };
}
