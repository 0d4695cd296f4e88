/** What another version of a contract changes, row by row and cell by cell. */
import { type Contract, DEFAULT_ROW, type RuleRow, tablesOf } from "./document.ts";

export interface RowChange {
  node: string;
  row: string;
  what: "added" | "removed" | "changed";
  before: RuleRow | null;
  after: RuleRow | null;
  /** Places of the cells that differ, as `when[2]`, `then[0]`, `zh`, `basis`. */
  cells: string[];
}

export interface Difference {
  rows: RowChange[];
  /** Members of the document beside its tables that differ. */
  parts: string[];
  /** The rows stand in another order: with "first match counts", that decides. */
  reordered: boolean;
}

const PARTS = [
  "title_zh",
  "title_en",
  "priority",
  "scope",
  "legal",
  "responsible",
  "effective_from",
  "effective_to",
  "tests",
  "invariants",
  "waivers",
] as const;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export function differenceOf(before: Contract, after: Contract): Difference {
  const old = rowsOf(before);
  const now = rowsOf(after);
  const rows: RowChange[] = [];
  for (const [place, row] of now) {
    const [node = "", id = ""] = place.split("/");
    const was = old.get(place);
    if (!was) rows.push({ node, row: id, what: "added", before: null, after: row, cells: [] });
    else if (!same(was, row)) {
      const cells = cellsThatDiffer(was, row);
      rows.push({ node, row: id, what: "changed", before: was, after: row, cells });
    }
  }
  for (const [place, row] of old) {
    if (now.has(place)) continue;
    const [node = "", id = ""] = place.split("/");
    rows.push({ node, row: id, what: "removed", before: row, after: null, cells: [] });
  }
  const kept = [...old.keys()].filter((place) => now.has(place));
  const order = [...now.keys()].filter((place) => old.has(place));
  const parts: string[] = PARTS.filter((name) => !same(before[name], after[name]));
  if (!same(columnsOf(before), columnsOf(after))) parts.push("columns");
  return { rows, parts, reordered: !same(kept, order) };
}

function rowsOf(document: Contract): Map<string, RuleRow> {
  const found = new Map<string, RuleRow>();
  for (const node of tablesOf(document)) {
    for (const row of node.rows) found.set(`${node.id}/${row.id}`, row);
    if (node.default) {
      found.set(`${node.id}/${DEFAULT_ROW}`, { id: DEFAULT_ROW, when: [], ...node.default });
    }
  }
  return found;
}

/** All of the nodes but the rows. */
function columnsOf(document: Contract): unknown {
  return document.nodes.map((node) =>
    node.kind === "table" ? { ...node, rows: null, default: null } : node,
  );
}

function cellsThatDiffer(before: RuleRow, after: RuleRow): string[] {
  const found: string[] = [];
  for (const part of ["when", "then"] as const) {
    const most = Math.max(before[part].length, after[part].length);
    for (let at = 0; at < most; at += 1) {
      if (before[part][at] !== after[part][at]) found.push(`${part}[${at}]`);
    }
  }
  for (const name of ["zh", "en", "remedy_zh", "remedy_en", "basis"] as const) {
    if (!same(before[name], after[name])) found.push(name);
  }
  return found;
}
