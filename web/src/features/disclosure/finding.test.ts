import assert from "node:assert/strict";
import { test } from "node:test";
import { find } from "./finding.ts";

const entries = [{ text: "DG市康复医院住院大楼改造" }, { text: "DG市卫生健康局 health" }];

test("an entry is found that has every word, full-width and capital letters alike", () => {
  assert.deepEqual(find(entries, "ＤＧ 康复").found, [entries[0]]);
  assert.deepEqual(find(entries, "HEALTH").found, [entries[1]]);
  assert.deepEqual(find(entries, "康复 卫生").found, []);
});

test("a query that finds nothing is offered the nearest, and nonsense nothing", () => {
  assert.deepEqual(find(entries, "康复中心医院").nearest, [entries[0]]);
  assert.deepEqual(find(entries, "zzzz"), { found: [], nearest: [] });
  assert.deepEqual(find(entries, "  "), { found: [], nearest: [] });
});
