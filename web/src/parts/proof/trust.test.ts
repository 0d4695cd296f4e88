import assert from "node:assert/strict";
import { test } from "node:test";
import { keyOf, LEDGERS_OWN, leafHash, newPair, noteOf, signer, WITNESS } from "./notes.testing.ts";
import { NotTaken, type Source, sourceOf, trustIn } from "./trust.ts";

const CHAIN = "dg";
const ledger = signer(CHAIN, LEDGERS_OWN);
const [audit, congress] = [signer("audit", WITNESS), signer("congress", WITNESS)];
const root = leafHash(Uint8Array.of(7));

type Signers = Parameters<typeof noteOf>[3];
const source = (kind: Source["kind"], from: string, signers: Signers): Source =>
  sourceOf(
    kind,
    from,
    { keys: signers.map(keyOf).join("\n"), note: noteOf(CHAIN, 1, root, signers) },
    0,
  );
const stateOf = async (...sources: Source[]): Promise<string> =>
  (await trustIn(sources, () => Promise.resolve([]))).state;

test("the ledger's own key and one institution are not two, pasted or from an address", async () => {
  for (const kind of ["pasted", "address"] as const) {
    assert.throws(() => source(kind, "a", [ledger]), NotTaken);
    assert.equal(await stateOf(source(kind, "a", [ledger, audit])), "single");
    assert.equal(await stateOf(source(kind, "a", [ledger, audit, congress])), "ready");
  }
});

test("two institutions are two, each from a place of its own", async () => {
  const one = source("address", "a", [ledger, audit]);
  assert.equal(await stateOf(one, source("pasted", "b", [ledger, congress])), "ready");
});

test("one key under two names is one institution", async () => {
  const pair = newPair();
  const [mine, alias] = [signer("audit", WITNESS, pair), signer("other", WITNESS, pair)];
  assert.equal(
    await stateOf(source("address", "a", [ledger, mine]), source("pasted", "b", [ledger, alias])),
    "single",
  );
});

test("a name that stands for two keys is a contradiction, wherever the second is from", async () => {
  const impostor = signer("audit", WITNESS);
  for (const kind of ["pasted", "address"] as const) {
    const trust = await trustIn(
      [source("address", "a", [ledger, audit]), source(kind, "b", [ledger, impostor, congress])],
      () => Promise.resolve([]),
    );
    assert.equal(trust.state, "disagree");
    assert.ok(trust.state === "disagree" && trust.fact.startsWith("audit: "));
    assert.deepEqual(trust.state === "disagree" && trust.between.map((each) => each.from), [
      "a",
      "b",
    ]);
  }
});
