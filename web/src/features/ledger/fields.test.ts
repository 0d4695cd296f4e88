import assert from "node:assert/strict";
import { test } from "node:test";
import { changedBetween, leavesOf, unitOf } from "./fields.ts";

test("nested members stand by their path, lists counted from 1", () => {
  const record = {
    id: "a",
    content: {
      amount_fen: 5,
      parts: [
        ["x", 1],
        ["y", 2],
      ],
    },
    none: [],
  };
  assert.deepEqual(
    leavesOf(record).map((each) => `${each.path}=${each.value}`),
    [
      "id=a",
      "content.amount_fen=5",
      "content.parts[1][1]=x",
      "content.parts[1][2]=1",
      "content.parts[2][1]=y",
      "content.parts[2][2]=2",
      "none=null",
    ],
  );
});

test("a member's unit is the end of its name", () => {
  assert.deepEqual(
    ["a.paid_fen", "parts[2].at_ms", "activate_day", "day", "rate_bp", "b.sha256", "birthday"].map(
      unitOf,
    ),
    ["fen", "ms", "day", "day", "bp", "sha256", ""],
  );
});

test("what differs between two versions is told, what came and what went too", () => {
  assert.deepEqual(changedBetween({ a: 1, b: null, c: [1] }, { a: 2, c: [1, 2], d: null }), [
    { path: "a", before: 1, after: 2 },
    { path: "b", before: null, after: undefined },
    { path: "c[2]", before: undefined, after: 2 },
    { path: "d", before: undefined, after: null },
  ]);
  assert.deepEqual(changedBetween({ a: [1] }, { a: [1] }), []);
});

test("a record that was deleted loses all its members", () => {
  assert.deepEqual(changedBetween({ a: 1 }, null), [{ path: "a", before: 1, after: undefined }]);
});
