import assert from "node:assert/strict";
import { test } from "node:test";
import { dateInText, dayInTable, daysLeft, timeInTable, weekday } from "./dates.ts";

const CHINA_S = 28_800;
const AT = Date.UTC(2022, 11, 28, 16, 30);

test("a time is shown in the ledger's zone, whatever the machine's", () => {
  assert.equal(timeInTable(AT, CHINA_S), "2022-12-29 00:30");
  assert.equal(dateInText(AT, CHINA_S, "zh-CN"), "2022年12月29日");
  assert.equal(dateInText(AT, CHINA_S, "en"), "29 Dec 2022");
  assert.equal(weekday(AT, CHINA_S, "zh-CN"), "星期四");
});

test("a day of the ledger is a date", () => {
  assert.equal(dayInTable(0), "1970-01-01");
  assert.equal(dayInTable(19_000), "2022-01-08");
});

test("days left are rounded up, days past rounded down", () => {
  assert.equal(daysLeft(0, 86_400_001), 2);
  assert.equal(daysLeft(0, 1), 1);
  assert.equal(daysLeft(1, 0), -1);
});
