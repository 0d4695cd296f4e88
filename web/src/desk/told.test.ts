import assert from "node:assert/strict";
import { test } from "node:test";
import { withNames } from "./told.ts";

const NAMES: Record<string, string> = {
  "dg-rehab": "康复医院",
  "dg-rehab-2": "二院",
  bank: "代理银行",
  "bank@dg-bank": "DG分行 代理银行",
};
const named = (id: string) => NAMES[id] ?? id;

test("ids among the facts are told by name, the longest first, and nothing else is touched", () => {
  const facts = { organisation: "dg-rehab", other: ["dg-rehab-2"], line: "rehab-l1", year: 2022 };
  assert.equal(
    withNames("dg-rehab 和 dg-rehab-2 的 rehab-l1", facts, named),
    "康复医院 和 二院 的 rehab-l1",
  );
});

test("a word of the sentence that is nobody's id among the facts stays", () => {
  const told = withNames("The bank waits: bank@dg-bank", { who: ["bank@dg-bank"] }, named);
  assert.equal(told, "The bank waits: DG分行 代理银行");
});

test("a post that stands with its institution is not named by halves", () => {
  const facts = { post: "bank", who: ["bank@elsewhere"] };
  assert.equal(withNames("bank, bank@elsewhere", facts, named), "代理银行, bank@elsewhere");
});

test("of a cell, whose words begin with its line, the line is told by its title", () => {
  const titled = (id: string) => (id === "rehab-l1" ? "土建工程" : id);
  for (const cell of ["rehab-l1:general:local:2022:2022", "rehab-l1:general:local:2022:2022=500"]) {
    assert.equal(
      withNames("额度单元 rehab-l1（年度 2022）没有了", { cell }, titled),
      "额度单元 土建工程（年度 2022）没有了",
    );
  }
});
