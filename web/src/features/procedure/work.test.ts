import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, madeMs, type WorkItem } from "./work.ts";

const item = (key: string, about: Record<string, unknown> = {}, more = {}): WorkItem => ({
  kind: "act",
  key,
  why: "",
  since_ms: null,
  until_ms: null,
  about,
  ...more,
});

test("each item leads to the page where it is done", () => {
  assert.equal(
    addressOf(item("execution/breach/x", { height: 381, place: 0 })),
    "/desk/payments/refused/381/0",
  );
  assert.equal(
    addressOf(item("execution/milestone/c-works:m4", { agreement: "c-works" })),
    "/desk/agreements/c-works",
  );
  assert.equal(addressOf(item("execution/milestone/c-works:m4")), "/desk/agreements/c-works");
  assert.equal(addressOf(item("execution/payment/p")), "/desk/payments/p");
});

test("what has no page of its own leads to its case, else to its record", () => {
  assert.equal(addressOf(item("risk/finding/f", {}, { case: "c1" })), "/desk/cases/c1");
  assert.equal(addressOf(item("risk/finding/f")), "/desk/records/risk/finding/f");
});

test("the time in a time-ordered id is read, and in no other id", () => {
  assert.equal(madeMs("0185563e-4688-7a4d-afa7-5db311d48051"), 1_672_189_200_008);
  assert.equal(madeMs("c-works"), null);
  assert.equal(madeMs("0185563e-4688-4a4d-afa7-5db311d48051"), null);
});
