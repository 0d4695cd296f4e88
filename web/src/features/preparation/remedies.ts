/** Ways to mend a request; each is tried by dry run before it is offered. Amounts in fen. */
import { amountText } from "../../parts/amounts.ts";
import { type GridRow, readAmount } from "../../parts/grid/block.ts";
import { type Form, readWeight, yearKey } from "./form.ts";

/** Shares of `whole` in proportion to `parts`, exactly adding up to it; the first takes the rest. */
export function inProportion(parts: readonly number[], whole: number): number[] {
  const sum = parts.reduce((a, b) => a + BigInt(b), 0n);
  if (sum === 0n) return parts.map(() => 0);
  const shares = parts.map((each) => Number((BigInt(each) * BigInt(whole)) / sum));
  const rest = whole - shares.reduce((a, b) => a + b, 0);
  const first = shares.findIndex((each) => each > 0);
  return shares.map((each, at) => (at === Math.max(0, first) ? each + rest : each));
}

/** Cuts the amounts of some years by `excess` in all, each in proportion to what it is. */
export function cut(form: Form, years: readonly number[], excess: number): Form {
  const places = form.lines.flatMap((row) =>
    years.map((year) => ({ id: row.id, key: yearKey(year), fen: fenAt(row, year) })),
  );
  const sum = places.reduce((fen, each) => fen + each.fen, 0);
  const shares = inProportion(
    places.map((each) => each.fen),
    Math.max(0, sum - excess),
  );
  const cells = new Map(places.map((each, at) => [`${each.id}/${each.key}`, shares[at] ?? 0]));
  return {
    ...form,
    lines: form.lines.map((row) => {
      const changed = Object.entries(row.cells).map(([key, text]) => {
        const fen = cells.get(`${row.id}/${key}`);
        return [key, fen === undefined || text === "" ? text : amountText(fen)] as const;
      });
      return { ...row, cells: Object.fromEntries(changed) };
    }),
  };
}

function fenAt(row: GridRow, year: number): number {
  return Math.max(0, readAmount(row.cells[yearKey(year)] ?? "") ?? 0);
}

/** Sets the weights to a sum, in whole points, in proportion to what they are. */
export function weighed(form: Form, sumBp: number): Form {
  const parts = form.indicators.map((row) => readWeight(row.cells.weight ?? "") ?? 0);
  const points = inProportion(parts, Math.round(sumBp / 100));
  return {
    ...form,
    indicators: form.indicators.map((row, at) => ({
      ...row,
      cells: { ...row.cells, weight: String(points[at] ?? 0) },
    })),
  };
}

export function withoutLines(form: Form, lines: readonly string[]): Form {
  return { ...form, lines: form.lines.filter((row) => !lines.includes(row.cells.line ?? "")) };
}

/** One cell that was changed last, and what stood there. */
export interface Change {
  row: string;
  key: string;
  before: string;
}

/** The one amount in which two states of the sheet differ; null where more than that differs. */
export function oneChange(before: readonly GridRow[], after: readonly GridRow[]): Change | null {
  if (before.length !== after.length) return null;
  const found: Change[] = [];
  for (const row of after) {
    const was = before.find((each) => each.id === row.id);
    if (!was) return null;
    for (const [key, text] of Object.entries(row.cells)) {
      if (text !== (was.cells[key] ?? ""))
        found.push({ row: row.id, key, before: was.cells[key] ?? "" });
    }
  }
  const [only] = found;
  return found.length === 1 && only && /^y\d{4}$/.test(only.key) && only.before ? only : null;
}

export function undone(form: Form, change: Change): Form {
  return {
    ...form,
    lines: form.lines.map((row) =>
      row.id === change.row
        ? { ...row, cells: { ...row.cells, [change.key]: change.before } }
        : row,
    ),
  };
}
