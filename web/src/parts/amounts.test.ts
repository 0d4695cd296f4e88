import assert from "node:assert/strict";
import { test } from "node:test";
import { amountText, readYuan } from "./amounts.ts";

test("an amount is written with thousands separators and two decimals", () => {
  assert.equal(amountText(1_281_760_000), "12,817,600.00");
  assert.equal(amountText(0), "0.00");
  assert.equal(amountText(-5), "−0.05");
  assert.equal(amountText(9_007_199_254_740_991), "90,071,992,547,409.91");
});

test("other units round half up, away from zero, and never show a minus before zero", () => {
  assert.equal(amountText(1_281_760_000, "wan"), "1,281.76");
  assert.equal(amountText(1_281_765_000, "wan"), "1,281.77");
  assert.equal(amountText(1_281_764_999, "wan"), "1,281.76");
  assert.equal(amountText(-1_281_765_000, "wan"), "−1,281.77");
  assert.equal(amountText(-4_999, "wan"), "0.00");
  assert.equal(amountText(1_281_760_000, "yi"), "0.1282");
});

test("what is no whole number of fen is refused", () => {
  assert.throws(() => amountText(0.5), RangeError);
  assert.throws(() => amountText(2 ** 53), RangeError);
});

test("yuan are read as people type and paste them", () => {
  for (const each of [
    "996,930.00",
    "996930",
    "９９６，９３０．００",
    "¥996,930.0",
    "996930元",
    " 996 930 ",
  ]) {
    assert.equal(readYuan(each), 99_693_000, each);
  }
  assert.equal(readYuan("-0.05"), -5);
});

test("anything else than an amount is refused", () => {
  for (const each of [
    "",
    "abc",
    "1.234",
    "1e5",
    "1..2",
    "--1",
    "12万",
    "0x10",
    "999999999999999",
  ]) {
    assert.equal(readYuan(each), null, each);
  }
});
