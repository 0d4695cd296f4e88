import assert from "node:assert/strict";
import { test } from "node:test";
import { paceOf } from "./pace.ts";

test("a tenth of the year apart is still in step", () => {
  assert.equal(paceOf(4_000, 5_000), "even");
  assert.equal(paceOf(3_999, 5_000), "behind");
  assert.equal(paceOf(6_001, 5_000), "ahead");
});
