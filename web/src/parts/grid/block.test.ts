import assert from "node:assert/strict";
import { test } from "node:test";
import { amountText } from "../amounts.ts";
import { type GridRow, pasted, readAmount, readTable } from "./block.ts";

test("an amount is read as people write it, to the fen", () => {
  for (const [text, fen] of [
    ["996,930.00", 99_693_000],
    ["６，４００，０００．００", 640_000_000],
    ["640万元", 640_000_000],
    ["66.324 万", 66_324_000],
    ["1.2亿元", 12_000_000_000],
    ["￥ 350.00 元", 35_000],
    ["(1,200.5)", -120_050],
    ["−3", -300],
  ] as const)
    assert.equal(readAmount(text), fen, text);
});

test("what is no amount, or finer than a fen, is not read", () => {
  for (const text of ["", "abc", "1.005", "12a", "0.0000001万元", "1.2.3", "NaN", "1e5", "--1"])
    assert.equal(readAmount(text), null, text);
});

test("an amount without a unit is in the unit that was chosen, with one in its own", () => {
  assert.equal(readAmount("640", "wan"), 640_000_000);
  assert.equal(readAmount("640元", "wan"), 64_000);
});

test("a column of amounts with thousands separators is no CSV", () => {
  assert.deepEqual(readTable("1,234.00\n5,678.00\n"), [["1,234.00"], ["5,678.00"]]);
});

test("cells of Excel and of CSV keep their quotes, tabs and line breaks", () => {
  assert.deepEqual(readTable('a\t"b ""c""\nd"\t3\r\ne\tf\t'), [
    ["a", 'b "c"\nd', "3"],
    ["e", "f", ""],
  ]);
  assert.deepEqual(readTable('装修,"1,000.00"'), [["装修", "1,000.00"]]);
});

const COLUMNS = [
  { key: "title", isAmount: false, isReadOnly: false },
  { key: "total", isAmount: false, isReadOnly: true },
  { key: "y2022", isAmount: true, isReadOnly: false },
];
let made = 0;
const added = (): GridRow => {
  made += 1;
  return { id: `n${made}`, cells: {} };
};
const paste = (text: string, rows: GridRow[] = [], at = { row: 0, column: 0 }) =>
  pasted(rows, COLUMNS, at, text, "yuan", added, amountText);

test("a block fills rows from the cell on, adds rows, and steps over what is not editable", () => {
  const { rows, filled } = paste("甲\t9\t1000\n乙\t9\t2000");
  assert.deepEqual(
    rows.map((each) => each.cells),
    [
      { title: "甲", y2022: "1,000.00" },
      { title: "乙", y2022: "2,000.00" },
    ],
  );
  assert.equal(filled, 4);
});

test("a heading says the unit of the block; heading and sum are left out", () => {
  const { rows, skipped } = paste("内容\t\t2022年（万元）\n甲\t\t640\n合计\t\t640");
  assert.deepEqual(rows.length, 1);
  assert.equal(rows[0]?.cells.y2022, "6,400,000.00");
  assert.equal(skipped, 2);
});

test("pasted words become the code that they stand for", () => {
  const columns = [{ key: "class", isAmount: false, isReadOnly: false, meant: () => "2100212" }];
  const { rows } = pasted(
    [],
    columns,
    { row: 0, column: 0 },
    "康复医院",
    "yuan",
    added,
    amountText,
  );
  assert.equal(rows[0]?.cells.class, "2100212");
});

test("text pasted into an amount stays there as it is, to be mended", () => {
  const before = [{ id: "a", cells: { title: "甲", y2022: "1.00" } }];
  const { rows } = paste("约六百万", before, { row: 0, column: 2 });
  assert.deepEqual(rows, [{ id: "a", cells: { title: "甲", y2022: "约六百万" } }]);
  assert.equal(before[0]?.cells.y2022, "1.00");
});
