import assert from "node:assert/strict";
import { test } from "node:test";
import { readBatch, requestOf } from "./batch.ts";

const books = {
  lines: [{ id: "rehab-l2", title: "设备购置费", economic: "31003" }],
  payees: [{ id: "supplier-icu", title: "ICU设备供应商", account: "102:7" }],
};

test("a block pasted from a spreadsheet is read by its head row, whatever the order", () => {
  const rows = readBatch(
    "金额（元）\t收款方\t预算线\t发票号\n1,000.50\tICU设备供应商\t设备购置费\t70000001\n\n",
  );
  assert.equal(rows.length, 1);
  assert.equal(rows[0]?.number, 2);
  const { body } = requestOf(rows[0] as never, books, 2023);
  assert.deepEqual(body, {
    line: "rehab-l2",
    nature: "general",
    source: "local",
    year: 2023,
    amount_fen: 100_050,
    purpose: "31003",
    payee: "supplier-icu",
    account: "102:7",
    invoice: "70000001",
  });
});

test("a CSV without a head row is read in the order of the columns, quotes and all", () => {
  const rows = readBatch('rehab-l2,supplier-icu,102:9,31003,"1,234.00",70000002');
  assert.deepEqual(rows[0]?.cells, {
    line: "rehab-l2",
    payee: "supplier-icu",
    account: "102:9",
    purpose: "31003",
    amount: "1,234.00",
    invoice: "70000002",
  });
});

test("an empty cell of a CSV stays an empty cell", () => {
  const rows = readBatch("rehab-l2,supplier-icu,,31003,5,70000003");
  assert.equal(rows[0]?.cells.account, "");
  assert.equal(rows[0]?.cells.purpose, "31003");
  assert.equal(rows[0]?.cells.invoice, "70000003");
});

test("each wrong cell of a row is named", () => {
  const [row] = readBatch("nowhere,nobody,,31003,12.345,no");
  const { row: read, body } = requestOf(row as never, books, 2023);
  assert.equal(body, null);
  assert.deepEqual(read.wrong, ["line", "payee", "amount", "invoice"]);
});

test("a payment of nothing, or of less, is wrong", () => {
  for (const amount of ["0", "-5", ""]) {
    const [row] = readBatch(`rehab-l2,supplier-icu,,31003,${amount},70000004`);
    assert.deepEqual(requestOf(row as never, books, 2023).row.wrong, ["amount"]);
  }
});
