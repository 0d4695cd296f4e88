import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { differenceOf } from "./difference.ts";
import type { Contract, TableNode } from "./document.ts";
import {
  nextVersion,
  withCell,
  withCopyBelow,
  withoutRow,
  withoutTest,
  withRow,
  withRowUp,
  withTest,
  withTestLike,
} from "./editing.ts";

const file = new URL("../../../../contracts/payment-control.json", import.meta.url);
const text = readFileSync(file, "utf8");
const read = (): Contract => JSON.parse(text);
const rows = (of: Contract): string[] => (of.nodes[0] as TableNode).rows.map((each) => each.id);

test("a cell is changed, and the document that was read stays as it was", () => {
  const before = read();
  const row = (before.nodes[0] as TableNode).rows[2];
  assert.ok(row);
  const after = withRow(before, "rules", row.id, withCell(row, "when", 2, "< 100"));
  assert.deepEqual(differenceOf(before, after).rows[0]?.cells, ["when[2]"]);
  assert.equal(JSON.stringify(before), JSON.stringify(JSON.parse(text)));
});

test("the last row is changed like the others", () => {
  const after = withRow(read(), "rules", "default", { zh: "改了" });
  assert.equal((after.nodes[0] as TableNode).default?.zh, "改了");
});

test("a row copied below has an id of its own, twice too", () => {
  const once = withCopyBelow(read(), "rules", "R09");
  const twice = withCopyBelow(once, "rules", "R09");
  const at = rows(twice).indexOf("R09");
  assert.deepEqual(rows(twice).slice(at, at + 3), ["R09", "R09.2", "R09.1"]);
  assert.deepEqual(rows(withoutRow(once, "rules", "R09.1")), rows(read()));
});

test("a row moves up by one, the first one stays", () => {
  const [first = "", second = ""] = rows(read());
  assert.deepEqual(rows(withRowUp(read(), "rules", second)).slice(0, 2), [second, first]);
  assert.deepEqual(rows(withRowUp(read(), "rules", first)), rows(read()));
});

test("tests are changed, added under another name and removed", () => {
  const document = read();
  const [example] = document.tests;
  assert.ok(example);
  const more = withTestLike(withTestLike(document, 0), 0);
  assert.equal(more.tests.length, document.tests.length + 2);
  assert.equal(new Set(more.tests.map((each) => each.name)).size, more.tests.length);
  assert.deepEqual(withoutTest(withTestLike(document, 0), 1), document);
  assert.equal(withTest(document, 0, { ...example, name: "另名" }).tests[0]?.name, "另名");
});

test("what is proposed is the next version of the one in force", () => {
  const next = nextVersion(read(), { id: "ab", version: 4 });
  assert.deepEqual([next.version, next.prev], [5, "ab"]);
});
