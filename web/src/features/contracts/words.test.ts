import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { Contract, TableNode } from "./document.ts";
import {
  conditionInWords,
  editable,
  expressionInWords,
  factInWords,
  readCondition,
  unitOf,
  type Voice,
} from "./words.ts";

const CODES: Record<string, string> = { reject: "拒绝", none: "无", carry_over: "结转支出" };
const NAMES: Record<string, string> = { available_fen: "可用指标", contract_fen: "合同额" };
const voice: Voice = {
  any: "不限",
  yes: "是",
  no: "否",
  or: " 或 ",
  not: "不是 ",
  to: " 至 ",
  without: "（不含）",
  yuan: "元",
  days: "天",
  whole: "取整",
  name: (id) => NAMES[id] ?? id,
  code: (value) => CODES[value] ?? value,
};
const known = {
  names: new Map(Object.entries(NAMES).map(([id, title]) => [title, id])),
  codes: new Map(Object.entries(CODES).map(([id, title]) => [title, id])),
};

test("a condition is told in words, with the unit of its column", () => {
  const told = [
    ["-", "", "不限"],
    ["true", "", "是"],
    ["> 5000000000", "fen", "＞ 50,000,000.00 元"],
    ["<= 3000", "bp", "≤ 30%"],
    ["> 30", "days", "＞ 30 天"],
    ["< 19205", "day", "＜ 2022-08-01"],
    ["(20000000..200000000]", "fen", "200,000.00 元（不含） 至 2,000,000.00 元"],
    ["not([6000..9000])", "bp", "不是 60% 至 90%"],
    ["0, > available_fen", "fen", "0.00 元 或 ＞ 可用指标"],
    ['"carry_over", "none"', "", "结转支出 或 无"],
    ["> floor(contract_fen / 10)", "fen", "＞ 取整(合同额 ÷ 10)"],
  ] as const;
  for (const [cell, unit, words] of told) {
    assert.equal(conditionInWords(cell, unit, voice), words);
  }
});

test("a factor is no amount", () => {
  assert.equal(expressionInWords("available_fen * 13 / 10", "fen", voice), "可用指标 × 13 ÷ 10");
  assert.equal(expressionInWords("available_fen + 100", "fen", voice), "可用指标 + 1.00 元");
});

test("facts are told by their type", () => {
  assert.equal(factInWords(true, "", voice), "是");
  assert.equal(factInWords(100, "fen", voice), "1.00 元");
  assert.equal(factInWords("reject", "", voice), "拒绝");
  assert.equal(factInWords(undefined, "fen", voice), "—");
});

test("what a person types is read in the unit of the column", () => {
  const read = (typed: string, unit: "fen" | "bp" | "day" | "") =>
    readCondition(typed, unit, voice, known);
  assert.equal(read("超过 2,000,000 元", "fen"), "> 200000000");
  assert.equal(read("不超过２００万元", "fen"), "不超过２００万元");
  assert.equal(read("200,000元（不含） 至 2,000,000", "fen"), "(20000000..200000000]");
  assert.equal(read("≤ 12.5%", "bp"), "<= 1250");
  assert.equal(read("≥ 2022-08-01", "day"), ">= 19205");
  assert.equal(read("结转支出 或 无", ""), '"carry_over", "none"');
  assert.equal(read("大于 可用指标", "fen"), "> available_fen");
  assert.equal(read("否", ""), "false");
  assert.equal(read("> available_fen * 2", "fen"), "> available_fen * 2");
});

test("English words are read back too, and are no part of other words", () => {
  const english: Voice = {
    ...voice,
    any: "any",
    or: " or ",
    not: "not ",
    to: " to ",
    without: " (excluded)",
    yuan: "yuan",
    code: (value) => ({ request: "for total", none: "none" })[value] ?? value,
  };
  const codes = new Map([
    ["for total", "request"],
    ["none", "none"],
  ]);
  for (const cell of ['"request", "none"', "not([6000..9000])", "(100..200]", "-", "> 5"]) {
    const words = conditionInWords(cell, cell.includes("6000") ? "bp" : "fen", english);
    const unit = cell.includes("6000") ? "bp" : "fen";
    assert.equal(readCondition(words, unit, english, { names: new Map(), codes }), cell, words);
  }
});

test("every cell of the standard contracts is edited without changing it", () => {
  const folder = new URL("../../../../contracts/", import.meta.url);
  let words = 0;
  for (const name of readdirSync(folder)) {
    const contract = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Contract;
    for (const node of contract.nodes) {
      if (node.kind !== "table") continue;
      for (const row of (node as TableNode).rows) {
        row.when.forEach((cell, at) => {
          const unit = unitOf((node as TableNode).when[at] ?? "", contract.inputs);
          const typed = editable(cell, unit, voice, known);
          if (typed !== cell) words += 1;
          assert.equal(readCondition(typed, unit, voice, known), cell, `${name} ${row.id} ${at}`);
        });
      }
    }
  }
  assert.ok(words > 500, `only ${words} cells are told in words`);
});
