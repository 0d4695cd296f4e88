import assert from "node:assert/strict";
import { test } from "node:test";
import { differences, figureOf, signedStatement } from "./figure.ts";

const content = {
  figure_kind: "payment",
  level: "unit",
  organisation: "u",
  year: 2022,
  title_zh: "支付",
  title_en: "Payment",
  amount_fen: 5,
  source_kind: "settled",
  source: "s",
  sources: ["execution/payment/s"],
  number: "V1",
};
const rule = {
  contract: "c0",
  row: "publish/kinds/1",
  basis_zh: ["预算法"],
  basis_en: ["Budget Law"],
};
const record = { content, gazette: "u:2022-07", number: 2, published_ms: 9, height: 3, rule };
const signed = (changes: object = {}) =>
  signedStatement(new TextEncoder().encode(JSON.stringify({ ...record, ...changes })));

/** The row that the views make of the record. */
const row = {
  id: "1",
  from_height: 3,
  to_height: null,
  ...content,
  number: 2,
  status: "published",
  gazette: "u:2022-07",
  published_ms: 9,
  parts: [],
  steps: [],
  document_number: "V1",
  corrects: "",
  corrected_by: "",
  reason: "",
  contract: "c0",
  clause: "publish/kinds/1",
  basis_zh: ["预算法"],
  basis_en: ["Budget Law"],
};

test("a row that shows what was signed differs in nothing, members with defaults left out", () => {
  assert.deepEqual(differences(figureOf(row), signed()), []);
});

test("each member that a page shows is compared", () => {
  const changes: Record<string, unknown> = {
    amount_fen: 6,
    title_zh: "别的",
    title_en: "Other",
    organisation: "v",
    year: 2023,
    status: "reversed",
    document_number: "V2",
    parts: [{ title_zh: "分项", title_en: "", amount_fen: 5 }],
    steps: [{ level: "unit", answer: "approve", at_ms: 1 }],
    sources: [],
    published_ms: 10,
    number: 3,
    reason: "x",
    corrected_by: "2",
    day: 1,
    payee: { payee_class: "supplier", title: "某公司" },
    contract: "c1",
    clause: "publish/kinds/2",
    basis_zh: ["别的法"],
    basis_en: [],
  };
  for (const [name, value] of Object.entries(changes)) {
    assert.deepEqual(differences(figureOf({ ...row, [name]: value }), signed()), [name]);
  }
});

test("a part of a figure is compared to the fen", () => {
  const part = { title_zh: "分项", title_en: "Part", amount_fen: 5 };
  const withPart = signed({ content: { ...content, parts: [part] } });
  assert.deepEqual(differences(figureOf({ ...row, parts: [part] }), withPart), []);
  const other = figureOf({ ...row, parts: [{ ...part, amount_fen: 6 }] });
  assert.deepEqual(differences(other, withPart), ["parts"]);
});
