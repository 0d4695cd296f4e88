/** What a chart shows, as a table: the same order, the same figures; and as an Excel workbook. */
import { Problem, Unreachable } from "../../api/client.ts";
import { save } from "./picture.ts";

export interface Column {
  title: string;
  /** `fen` columns hold whole fen. */
  kind: "text" | "fen";
}

export interface Table {
  columns: Column[];
  rows: (string | number)[][];
  /** The last row is a total. */
  total?: boolean;
}

/** Saves a table as the gateway writes it. Throws `Problem`, or `Unreachable`. */
export async function saveWorkbook(title: string, notes: string[], table: Table): Promise<void> {
  const answer = await fetch("/api/workbooks", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ title, notes, total: false, ...table }),
  }).catch(() => {
    throw new Unreachable();
  });
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
  save(`${title}.xlsx`, await answer.blob());
}
