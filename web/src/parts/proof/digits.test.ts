import assert from "node:assert/strict";
import { test } from "node:test";
import { differing } from "./digits.ts";

const marked = (cuts: { text: string; differs: boolean }[]) =>
  cuts.map((each) => (each.differs ? `[${each.text}]` : each.text)).join("");

test("the digits in which two amounts differ are marked, and no others", () => {
  const [shown, signed] = differing("1,828,330.00", "1,628,330.00");
  assert.equal(marked(shown), "1,[8]28,330.00");
  assert.equal(marked(signed), "1,[6]28,330.00");
});

test("amounts of different length are aligned at the right", () => {
  const [shown, signed] = differing("1,000.00", "900.00");
  assert.equal(marked(shown), "[1,0]00.00");
  assert.equal(marked(signed), "[9]00.00");
});

test("equal amounts have no mark", () => {
  assert.deepEqual(differing("5.00", "5.00")[0], [{ text: "5.00", differs: false }]);
});
