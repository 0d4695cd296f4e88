import assert from "node:assert/strict";
import { test } from "node:test";
import type { Figure } from "../../parts/proof/figure.ts";
import { csvOf, jsonOf } from "./openData.ts";
import { chosenOf, groupsOf, nextStep, paymentsOf } from "./spending.ts";

const payment = (id: string, amount_fen: number, of: Partial<Figure> = {}): Figure => ({
  id,
  figure_kind: "payment",
  level: "unit",
  organisation: "hospital",
  year: 2022,
  title_zh: "支付：检测费",
  title_en: "",
  amount_fen,
  status: "published",
  gazette: "",
  number: 1,
  published_ms: 0,
  source: id,
  sources: ["execution/payment/1", "funds/line/l3", "funds/cell/l3:general:local:2022:2022"],
  parts: [],
  steps: [],
  document_number: "",
  day: null,
  payee: { payee_class: "supplier", title: "检测单位", credit_code: "91" },
  corrects: "",
  corrected_by: "",
  reason: "",
  contract: "",
  clause: "",
  basis_zh: [],
  basis_en: [],
  ...of,
});
const NOTHING = { source: "", use: "", payee: "" };
const other = {
  sources: ["funds/line/l9", "funds/cell/l9:general:bond:2022:2022"],
  payee: { payee_class: "supplier", title: "检测单位", credit_code: "92" },
};

test("payments are parted by source, then use, then payee, and each step adds up", () => {
  const all = paymentsOf([payment("a", 500), payment("b", -100), payment("c", 300, other)]);
  assert.equal(nextStep(NOTHING), "source");
  const sources = groupsOf(all, "source");
  assert.deepEqual(
    sources.map((each) => [each.id, each.amount_fen, each.figures.length]),
    [
      ["general:local", 400, 2],
      ["general:bond", 300, 1],
    ],
  );
  const chosen = { ...NOTHING, source: "general:local" };
  assert.equal(nextStep(chosen), "use");
  const uses = groupsOf(chosenOf(all, null, chosen, ""), "use");
  assert.deepEqual(
    uses.map((each) => [each.id, each.amount_fen]),
    [["l3", 400]],
  );
  assert.equal(nextStep({ ...chosen, use: "l3" }), "payee");
  assert.equal(nextStep({ ...chosen, use: "l3", payee: "91" }), undefined);
});

test("two payees of one name are two, persons are one group without names", () => {
  const person = { payee: { payee_class: "person", title: "", credit_code: "" } };
  const all = paymentsOf([
    payment("a", 1),
    payment("b", 2, other),
    payment("c", 3, person),
    payment("d", 4, person),
    payment("e", 5, { payee: null }),
  ]);
  assert.deepEqual(
    groupsOf(all, "payee").map((each) => [each.id, each.amount_fen]),
    [
      ["~person", 7],
      ["~", 5],
      ["92", 2],
      ["91", 1],
    ],
  );
});

test("a payment that was corrected is counted once, and words narrow what is listed", () => {
  const all = paymentsOf(
    [payment("a", 1, { corrected_by: "b" }), payment("b", 2), payment("c", 3, { year: 2023 })],
    (figure) => `${figure.id} 检测单位`,
  );
  assert.deepEqual(
    chosenOf(all, null, NOTHING, "检测").map((each) => each.figure.id),
    ["b", "c"],
  );
  assert.deepEqual(
    chosenOf(all, 2023, NOTHING, "").map((each) => each.figure.id),
    ["c"],
  );
  assert.deepEqual(chosenOf(all, null, NOTHING, "没有这样的"), []);
});

const ABOUT = {
  ledger: "dg",
  height: 9,
  time: "2023-01-01T08:00:00+08:00",
  licence: "CC BY 4.0",
  page: "/payments",
  check: "…",
};

test("a file says what it is of above its rows, and quotes what would break them", () => {
  const text = csvOf(ABOUT, [{ payee: '甲,乙"丙"', amount_fen: -5 }]);
  assert.equal(
    text,
    '\ufeff# ledger: dg\r\n# height: 9\r\n# time: 2023-01-01T08:00:00+08:00\r\n# licence: CC BY 4.0\r\n# page: /payments\r\n# check: …\r\npayee,amount_fen\r\n"甲,乙""丙""",-5\r\n',
  );
  const rows = [{ payee: "甲", amount_fen: -5 }];
  assert.deepEqual(JSON.parse(jsonOf(ABOUT, rows)), { ...ABOUT, rows });
});

test("a text never becomes a formula of the spreadsheet that opens it", () => {
  assert.match(csvOf(ABOUT, [{ payee: "=cmd|' /C calc'!A0" }]), /\n'=cmd/);
});
