/** What a reader takes away: a shown table as Excel, a chart as a picture. */
import { api, isObject, Problem } from "../api/client.ts";

export interface SheetColumn {
  title: string;
  kind: "text" | "int" | "fen";
}

/** A table as it is shown: order, rounding and total are those of the page. */
export interface Table {
  columns: SheetColumn[];
  rows: (string | number | null)[][];
  /** Whether the last row is a total. */
  total?: boolean;
}

/** A table with its name, and what is said below it. */
export interface Shown extends Table {
  title: string;
  notes: string[];
}

/** Hands a file to the reader. */
export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Saves a table as an Excel workbook. Throws `Problem`, or `Unreachable`. */
export async function saveWorkbook(shown: Shown): Promise<void> {
  const { data, error, response } = await api.POST("/api/workbooks", {
    body: shown as never,
    parseAs: "blob",
  });
  if (!response.ok) throw new Problem(response.status, isObject(error) ? error : {});
  save(data as unknown as Blob, `${shown.title}.xlsx`);
}
