import assert from "node:assert/strict";
import { test } from "node:test";
import { marksUpTo, monthsBetween, placed } from "./layout.ts";

const nodes = [
  { id: "all", title: "", amount_fen: 100, column: 0 },
  { id: "a", title: "", amount_fen: 60, column: 1 },
  { id: "b", title: "", amount_fen: 40, column: 1 },
];
const flows = [
  { from: "all", to: "a", amount_fen: 60 },
  { from: "all", to: "b", amount_fen: 40 },
];

test("heights are in proportion to money, on one scale for all columns", () => {
  const found = placed(nodes, flows, { width: 500, height: 218 });
  const [all, a, b] = found.nodes;
  assert.deepEqual([all?.height, a?.height, b?.height], [200, 120, 80]);
  assert.deepEqual(
    found.flows.map((each) => each.width),
    [120, 80],
  );
});

test("nodes of a column do not overlap, and flows leave a node one below the other", () => {
  const found = placed(nodes, flows, { width: 500, height: 218 });
  const [, a, b] = found.nodes;
  assert.ok((a?.y ?? 0) + (a?.height ?? 0) < (b?.y ?? 0));
  assert.deepEqual(
    found.flows.map((each) => each.path.split("C")[0]),
    ["M8 69", "M8 169"],
  );
});

test("a flow to a node that is not drawn is left out", () => {
  const stray = [{ from: "all", to: "nowhere", amount_fen: 1 }];
  assert.deepEqual(placed(nodes, stray, { width: 500, height: 100 }).flows, []);
});

test("an axis begins at zero, ends at or above the most, with round marks", () => {
  assert.deepEqual(marksUpTo(850), [0, 250, 500, 750, 1000]);
  assert.deepEqual(marksUpTo(4), [0, 1, 2, 3, 4]);
  assert.deepEqual(marksUpTo(0), [0]);
  for (const most of [1, 7, 99, 12345]) {
    const marks = marksUpTo(most);
    assert.ok((marks.at(-1) ?? 0) >= most && marks.length <= 6, `${most}: ${marks}`);
  }
});

test("months are thinned to what fits", () => {
  const months = monthsBetween(Date.UTC(2022, 2, 15), Date.UTC(2023, 0, 20), 4);
  assert.deepEqual(
    months.map((each) => new Date(each).toISOString().slice(0, 7)),
    ["2022-04", "2022-07", "2022-10", "2023-01"],
  );
  assert.deepEqual(monthsBetween(0, 1_000, 4), []);
});
