import assert from "node:assert/strict";
import { test } from "node:test";
import { type PaymentBody, readCell, remediesOf } from "./remedies.ts";

const body: PaymentBody = {
  line: "rehab-l1",
  nature: "general",
  source: "local",
  year: 2022,
  amount_fen: 100_000_000,
  purpose: "31006",
  payee: "contractor-b",
  account: "102:9",
};
const known = { account: "102:1", economic: "31006" };

test("over the quota: the amount that is left, then lines that could give all that is short", () => {
  const facts = {
    left_fen: 99_693_000,
    short_fen: 307_000,
    virement_from: [
      "rehab-l4:general:local:2022:2022=47140000",
      "rehab-l3:general:local:2022:2022=100",
    ],
  };
  const found = remediesOf("EXE-27", facts, body, known);
  assert.deepEqual(
    found.map((each) => each.key),
    ["less", "virement"],
  );
  assert.deepEqual(found[0], {
    key: "less",
    values: { amount_fen: 99_693_000 },
    body: { ...body, amount_fen: 99_693_000 },
  });
  assert.deepEqual(found[1], {
    key: "virement",
    values: { line: "rehab-l4", amount_fen: 307_000 },
    virement: {
      from_cell: "rehab-l4:general:local:2022:2022",
      to_cell: "rehab-l1:general:local:2022:2022",
      amount_fen: 307_000,
    },
  });
});

test("nothing left: no amount is proposed", () => {
  assert.deepEqual(remediesOf("EXE-27", { left_fen: 0, short_fen: 1 }, body, known), []);
});

test("a changed account: the one that is known, and the way to confirm another", () => {
  const found = remediesOf("EXE-24", {}, body, known);
  assert.deepEqual(
    found.map((each) => each.key),
    ["account", "confirm"],
  );
  assert.equal(
    "body" in (found[0] ?? {}) && (found[0] as { body: PaymentBody }).body.account,
    "102:1",
  );
});

test("a wrong purpose: lines for it first, then the line's own purpose", () => {
  const facts = { economic: "31003", lines: ["rehab-l9:general:local:2022:2022=5"] };
  const found = remediesOf("EXE-26", facts, { ...body, purpose: "31013" }, known);
  assert.deepEqual(
    found.map((each) => each.key),
    ["line", "purpose"],
  );
});

test("a duplicate and a milestone lead to where the matter stands; others have no remedy of ours", () => {
  assert.deepEqual(remediesOf("EXE-23", { payment: "p1" }, body, known), [
    { key: "earlier", values: {}, to: "/desk/payments/p1" },
  ]);
  assert.deepEqual(remediesOf("EXE-28", { agreement: "c-works" }, body, known), [
    { key: "accept", values: {}, to: "/desk/agreements/c-works" },
  ]);
  assert.deepEqual(remediesOf("KER-00", {}, body, known), []);
});

test("cells are read as refusals list them, and nothing else is", () => {
  assert.deepEqual(readCell("l:general:local:2022:2021=7"), {
    cell: "l:general:local:2022:2021",
    fen: 7,
    parts: ["l", "general", "local", "2022", "2021"],
  });
  assert.equal(readCell("l:general=7"), null);
  assert.equal(readCell("l:general:local:2022:2021=x"), null);
});
