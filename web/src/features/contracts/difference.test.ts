import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { differenceOf } from "./difference.ts";
import type { Contract, TableNode } from "./document.ts";

const file = new URL("../../../../contracts/payment-levels.json", import.meta.url);
const read = (): Contract => JSON.parse(readFileSync(file, "utf8"));
const table = (of: Contract): TableNode => of.nodes[0] as TableNode;

test("the same document has no difference", () => {
  assert.deepEqual(differenceOf(read(), read()), { rows: [], parts: [], reordered: false });
});

test("a changed cell is named with its row, and no other", () => {
  const after = read();
  const row = table(after).rows[1];
  assert.ok(row);
  row.when[0] = "> 1";
  row.zh = "另一句";
  const [change, ...others] = differenceOf(read(), after).rows;
  assert.deepEqual(others, []);
  assert.equal(change?.row, "L2");
  assert.deepEqual(change?.cells, ["when[0]", "zh"]);
});

test("rows that come, go or change places are told", () => {
  const after = read();
  table(after).rows.reverse();
  assert.equal(differenceOf(read(), after).reordered, true);
  table(after).rows.pop();
  const gone = differenceOf(read(), after);
  assert.deepEqual(
    gone.rows.map((each) => [each.row, each.what]),
    [["L1", "removed"]],
  );
  assert.deepEqual(
    differenceOf(after, read()).rows.map((each) => each.what),
    ["added"],
  );
});

test("what changes beside the rows is named", () => {
  const after = read();
  after.tests.pop();
  after.effective_to = "2030-12-31";
  table(after).when[0] = "available_fen";
  assert.deepEqual(differenceOf(read(), after).parts, ["effective_to", "tests", "columns"]);
});
