import assert from "node:assert/strict";
import { test } from "node:test";
import { paceOf, paidShare, timeShare } from "./pace.ts";

const at = (iso: string): number => Date.parse(`${iso}T12:00:00+08:00`);

test("the year's time runs from nothing to all of it by the ledger's days", () => {
  assert.equal(timeShare(at("2021-12-31"), 28_800, 2022), 0);
  assert.equal(timeShare(at("2022-07-01"), 28_800, 2022), 49);
  assert.equal(timeShare(at("2022-12-31"), 28_800, 2022), 100);
  assert.equal(timeShare(at("2023-05-01"), 28_800, 2022), 100);
});

test("the share that is paid is of what was allotted; nothing allotted has none", () => {
  assert.equal(paidShare(50, 200), 25);
  assert.equal(paidShare(0, 0), null);
});

test("a tenth of the year apart is still in step", () => {
  assert.equal(paceOf(40, 50), "even");
  assert.equal(paceOf(39, 50), "behind");
  assert.equal(paceOf(61, 50), "ahead");
});
