import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Cell,
  chosen,
  flows,
  gathered,
  type Line,
  OTHER,
  type Payment,
  paidOverTime,
  sums,
} from "./figures.ts";

const line = (id: string, economic: string): [string, Line] => [
  id,
  { id, unit: "u", project: "p", function: "f", economic, title: id },
];
const lines = new Map([line("a", "31006"), line("b", "31003")]);
const cell = (at: string, fen: number, year = 2022): Cell => ({
  id: `${at}${year}`,
  unit: "u",
  line: at,
  nature: "general",
  source: "local",
  year,
  voted_fen: fen,
  quota_fen: fen,
  settled_fen: 0,
  available_fen: fen,
});
const payment = (id: string, changed: Partial<Payment> = {}): Payment => ({
  id,
  line: "a",
  source: "local",
  year: 2022,
  amount_fen: 100,
  returned_fen: 0,
  state: "settled",
  payee: "x",
  voucher: "20220301-1",
  ...changed,
});
const all = { year: 2022, unit: "", nature: "", measure: "voted_fen", group: "economic" } as const;

test("sums by a grouping keep the total whatever the grouping", () => {
  const cells = [cell("a", 5), cell("b", 7), cell("a", 3), cell("zz", 2)];
  for (const group of ["economic", "unit", "line", "project"] as const) {
    const fen = sums(cells, lines, group, "voted_fen").reduce((sum, each) => sum + each.fen, 0);
    assert.equal(fen, 17, group);
  }
  assert.deepEqual(sums(cells, lines, "economic", "voted_fen")[0], { key: "31006", fen: 8 });
});

test("only cells of the year, unit and nature that were chosen count", () => {
  assert.equal(chosen([cell("a", 1), cell("a", 1, 2023)], all).length, 1);
  assert.equal(chosen([cell("a", 1)], { ...all, unit: "other" }).length, 0);
  assert.equal(chosen([cell("a", 1)], { ...all, nature: "gov_fund" }).length, 0);
});

test("slivers are gathered without losing a fen", () => {
  const many = Array.from({ length: 30 }, (_, at) => ({ key: String(at), fen: 30 - at }));
  const few = gathered(many, 12);
  assert.equal(few.length, 12);
  assert.equal(few.at(-1)?.key, OTHER);
  const fen = (of: { fen: number }[]) => of.reduce((sum, each) => sum + each.fen, 0);
  assert.equal(fen(few), fen(many));
});

test("flows hold only what was really paid, and each column sums to it", () => {
  const paid = [
    payment("1"),
    payment("2", { payee: "y", returned_fen: 40 }),
    payment("3", { state: "refused" }),
    payment("4", { state: "approved" }),
  ];
  const found = flows(paid, lines);
  for (const column of ["source:", "unit:", "project:"]) {
    const fen = found.filter((each) => each.from.startsWith(column)).reduce((s, e) => s + e.fen, 0);
    assert.equal(fen, 160, column);
  }
});

test("what is paid runs up by the day of its voucher", () => {
  const steps = paidOverTime([
    payment("1", { voucher: "20220302-1" }),
    payment("2", { voucher: "20220301-1" }),
    payment("3", { voucher: "" }),
    payment("4", { state: "bounced" }),
  ]);
  assert.deepEqual(steps, [
    { date: "2022-03-01", fen: 100 },
    { date: "2022-03-02", fen: 200 },
  ]);
});
