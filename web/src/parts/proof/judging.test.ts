import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkpointRoot, verify } from "@mingzhang/verify";
import { figureOf } from "./figure.ts";
import { judge } from "./judging.ts";
import { keyOf, LEDGERS_OWN, leafHash, nodeHash, noteOf, signer } from "./notes.testing.ts";

const VECTOR = new URL(
  "../../../../spec/vectors/bundle/record-by-printed-checkpoint/",
  import.meta.url,
);
const given = JSON.parse(readFileSync(new URL("bundle.json", VECTOR), "utf8"));
const bytes = (text: string) => new TextEncoder().encode(text);
const printed = readFileSync(new URL("checkpoint.txt", VECTOR));
const header = verify(bytes(JSON.stringify(given)), checkpointRoot(printed, [])).headerHash;

const CHAIN = "mz-vectors-2026";
const ledger = signer(CHAIN, LEDGERS_OWN);
const page = leafHash(header);
const other = leafHash(Uint8Array.of(7));
const path = (hash: Uint8Array) => [Buffer.from(hash).toString("base64")];

/** Heads of one page, and of two; the bundle's page is the first or the second. */
const oneOurs = noteOf(CHAIN, 1, page, [ledger]);
const oneOther = noteOf(CHAIN, 1, other, [ledger]);
const twoOursFirst = noteOf(CHAIN, 2, nodeHash(page, other), [ledger]);
const twoOursLast = noteOf(CHAIN, 2, nodeHash(other, page), [ledger]);

/** The vector's record is of another key than any figure: a proof that is taken up is of that. */
const figure = figureOf({ id: "1", from_height: 1, to_height: null });
const code = (root: string, history: object, more: object = {}) =>
  judge(
    figure,
    bytes(JSON.stringify({ ...given, history, ...more })),
    checkpointRoot(bytes(root), [keyOf(ledger)]),
  ).code;

test("a proof of an older page than the trusted head's last one is stale", () => {
  assert.equal(code(twoOursFirst, { index: 0, size: 2, path: path(other) }), "stale");
});

test("a proof of the last page of the trusted head is not stale", () => {
  assert.equal(code(oneOurs, { index: 0, size: 1, path: [] }), "another-figure");
  assert.equal(code(twoOursLast, { index: 1, size: 2, path: path(other) }), "another-figure");
});

test("under an old head from paper the newest page of the head that continues it is not stale", () => {
  const newer = { checkpoint: twoOursLast, consistency: path(page) };
  const last = { index: 1, size: 2, path: path(other) };
  assert.equal(code(oneOther, last, newer), "another-figure");
});

test("under an old head a page before the newest of the head that continues it is stale", () => {
  const newer = { checkpoint: twoOursFirst, consistency: path(other) };
  assert.equal(code(oneOurs, { index: 0, size: 2, path: path(other) }, newer), "stale");
});
