/** Sums over rows of the ledger, for charts and their tables: pure, so that both show the same. */

export interface Cell {
  id: string;
  unit: string;
  line: string;
  nature: string;
  source: string;
  year: number;
  voted_fen: number;
  quota_fen: number;
  settled_fen: number;
  available_fen: number;
}

export interface Line {
  id: string;
  unit: string;
  project: string;
  function: string;
  economic: string;
  title: string;
}

export interface Payment {
  id: string;
  line: string;
  source: string;
  year: number;
  amount_fen: number;
  returned_fen: number;
  state: string;
  payee: string;
  voucher: string;
}

export const MEASURES = ["voted_fen", "quota_fen", "settled_fen", "available_fen"] as const;
export type Measure = (typeof MEASURES)[number];
export const GROUPS = [
  "function",
  "economic",
  "unit",
  "project",
  "line",
  "source",
  "nature",
] as const;
export type Group = (typeof GROUPS)[number];

export interface Choice {
  year: number;
  unit: string;
  nature: string;
  measure: Measure;
  group: Group;
}

export function chosen(cells: readonly Cell[], choice: Choice): Cell[] {
  return cells.filter(
    (each) =>
      each.year === choice.year &&
      (!choice.unit || each.unit === choice.unit) &&
      (!choice.nature || each.nature === choice.nature),
  );
}

/** What a cell belongs to in a grouping; "" where the line is not known. */
export function groupOf(cell: Cell, lines: ReadonlyMap<string, Line>, group: Group): string {
  if (group === "unit" || group === "source" || group === "nature" || group === "line") {
    return cell[group];
  }
  return lines.get(cell.line)?.[group] ?? "";
}

export interface Sum {
  key: string;
  fen: number;
}

/** Sums by a grouping, the largest first; equal ones by name, so that an order is always the same. */
export function sums(
  cells: readonly Cell[],
  lines: ReadonlyMap<string, Line>,
  group: Group,
  measure: Measure,
): Sum[] {
  const found = new Map<string, number>();
  for (const each of cells) {
    const key = groupOf(each, lines, group);
    found.set(key, (found.get(key) ?? 0) + each[measure]);
  }
  return [...found]
    .map(([key, fen]) => ({ key, fen }))
    .filter((each) => each.fen !== 0)
    .toSorted((a, b) => b.fen - a.fen || a.key.localeCompare(b.key));
}

export const OTHER = "…";

/** The largest `most` sums, and one for all others under `OTHER`. */
export function gathered(all: readonly Sum[], most: number): Sum[] {
  if (all.length <= most) return [...all];
  const rest = all.slice(most - 1).reduce((fen, each) => fen + each.fen, 0);
  return [...all.slice(0, most - 1), { key: OTHER, fen: rest }];
}

export interface Flow {
  from: string;
  to: string;
  fen: number;
}

const PAID = ["settled", "returned"];
export const NODES_MAX = 12;

/** Money paid, from source over unit and project to payee; names are `column:key`. */
export function flows(payments: readonly Payment[], lines: ReadonlyMap<string, Line>): Flow[] {
  const payees = new Map<string, number>();
  const paid = payments
    .map((each) => ({ ...each, fen: each.amount_fen - each.returned_fen }))
    .filter((each) => PAID.includes(each.state) && each.fen > 0);
  for (const each of paid) payees.set(each.payee, (payees.get(each.payee) ?? 0) + each.fen);
  const ranked = [...payees].map(([key, fen]) => ({ key, fen }));
  const kept = new Set(
    gathered(
      ranked.toSorted((a, b) => b.fen - a.fen || a.key.localeCompare(b.key)),
      NODES_MAX,
    ).map((each) => each.key),
  );
  const found = new Map<string, Flow>();
  for (const each of paid) {
    const line = lines.get(each.line);
    const payee = kept.has(each.payee) ? each.payee : OTHER;
    const road = [
      `source:${each.source}`,
      `unit:${line?.unit ?? ""}`,
      `project:${line?.project ?? ""}`,
      `payee:${payee}`,
    ];
    for (const [at, from] of road.slice(0, -1).entries()) {
      const to = road[at + 1] ?? "";
      const name = `${from}>${to}`;
      const before = found.get(name)?.fen ?? 0;
      found.set(name, { from, to, fen: before + each.fen });
    }
  }
  return [...found.values()].toSorted((a, b) => b.fen - a.fen || a.from.localeCompare(b.from));
}

export interface Step {
  /** `YYYY-MM-DD`. */
  date: string;
  fen: number;
}

/** Running total of payments by the day of their voucher, whose number begins with it. */
export function paidOverTime(payments: readonly Payment[]): Step[] {
  const days = new Map<string, number>();
  for (const each of payments) {
    const day = /^(\d{4})(\d{2})(\d{2})-/.exec(each.voucher ?? "");
    if (!day || !PAID.includes(each.state)) continue;
    const date = `${day[1]}-${day[2]}-${day[3]}`;
    days.set(date, (days.get(date) ?? 0) + each.amount_fen - each.returned_fen);
  }
  let fen = 0;
  return [...days]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([date, paid]) => {
      fen += paid;
      return { date, fen };
    });
}
