import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "./table.ts";

const columns = [{ title: "项" }, { title: "元", isAmount: true }];

test("a table is saved with amounts in yuan that a spreadsheet can add", () => {
  assert.equal(
    csvOf({ columns, rows: [["L1", 123456789]] }),
    '\ufeff"项","元"\r\n"L1",1234567.89\r\n',
  );
  assert.match(csvOf({ columns, rows: [["L1", -5]] }), /,-0\.05\r\n$/);
});

test("a title that looks like a formula stays a text, and quotes are doubled", () => {
  const saved = csvOf({ columns, rows: [['=HYPERLINK("http://x")', 0]] });
  assert.match(saved, /"'=HYPERLINK\(""http:\/\/x""\)",0\.00/);
});
