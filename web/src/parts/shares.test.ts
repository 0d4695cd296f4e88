import assert from "node:assert/strict";
import { test } from "node:test";
import { percent, share, yearPassed } from "./shares.ts";

test("the part of the year that has passed counts the day itself", () => {
  assert.equal(yearPassed(2022, "2022-12-31"), 10_000);
  assert.equal(yearPassed(2022, "2023-02-01"), 10_000);
  assert.equal(yearPassed(2022, "2021-06-01"), 0);
  assert.equal(yearPassed(2022, "2022-07-02"), 5_014); // 183 of 365 days
});

test("a share of nothing is unknown, never zero", () => {
  assert.equal(share(0, 0), null);
  assert.equal(percent(share(0, 0)), "—");
  assert.equal(percent(share(684_627, 850_000)), "80.54%");
  assert.equal(percent(share(-5, 100)), "0.00%");
  assert.equal(share(Number.NaN, 100), null);
  assert.equal(share(1, Number.NaN), null);
});

test("a share is rounded half up, however large the amounts", () => {
  assert.equal(share(5, 100_000), 1); // 0.5 basis points
  assert.equal(share(49_999, 1_000_000_000), 0);
  assert.equal(share(9_007_199_254_740_991, 9_007_199_254_740_991), 10_000);
  assert.equal(share(2_000_000_000_000_001, 4_000_000_000_000_000), 5_000);
});
