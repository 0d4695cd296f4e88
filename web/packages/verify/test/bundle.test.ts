import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "../src/encodings.ts";
import {
  both,
  type Code,
  checkpointRoot,
  Rejected,
  reasonText,
  validatorsRoot,
  verify,
} from "../src/index.ts";
import { keyId } from "../src/note.ts";
import { CASES, type Case, named, rootOf, vectors } from "./vectors.ts";

const codes = Object.keys(vectors("../reasons.json")) as Code[];

/** The code that a call is rejected with. */
function reason(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof Rejected) return error.code;
    throw error;
  }
  return "nothing was rejected";
}

const judged = (of: Case) => verify(of.bundle, rootOf(of.root));

for (const of of CASES.filter((each) => each.expected.verdict === "verified")) {
  test(`a true proof is verified and says by whom: ${of.name}`, () => {
    const { expected } = of;
    const found = judged(of);
    const { claim } = found;
    const volume = "shown" in claim ? claim.shown.volume : null;
    assert.deepEqual(found.by, expected.by);
    assert.equal(claim.kind, expected.claim);
    assert.equal(found.height, BigInt(expected.height ?? -1));
    assert.equal(volume, expected.volume ?? null);
    assert.equal("key" in claim ? claim.key : undefined, expected.key);
    if (expected.not_judged) assert.deepEqual(found.notJudged, expected.not_judged);
    if (expected.validators) assert.deepEqual(found.validators, expected.validators);
    const signers = found.checkpointSignedBy.map((each) => each.key.name);
    if (expected.checkpoint_signed_by) assert.deepEqual(signers, expected.checkpoint_signed_by);
    assert.equal(found.trusting, "independent");
  });
}

for (const of of CASES.filter((each) => each.expected.verdict === "rejected")) {
  test(`what is not proven is rejected for its reason: ${of.name}`, () => {
    assert.equal(
      reason(() => judged(of)),
      of.expected.reason,
    );
  });
}

test("the answer says when the header was sealed and how much power and history stand behind it", () => {
  const byPower = judged(named("record-three-of-four-absent"));
  assert.deepEqual([byPower.power, byPower.totalPower, byPower.historySize], [30n, 40n, 0n]);
  assert.equal(byPower.sealedHeight, 42n);
  const sealed = JSON.parse(new TextDecoder().decode(named("record-by-both").bundle)).headers[0];
  assert.equal(byPower.sealedTime, sealed.time);
  const byHistory = judged(named("record-by-newer-checkpoint"));
  assert.equal(byHistory.historySize, 13n);
  assert.equal(byHistory.headerHash.length, 32);
  const times = byHistory.checkpointSignedBy.map((each) => each.timeS);
  assert.deepEqual(times, [null, 1_795_420_813n, 1_795_420_813n]);
});

test("every reason has words in both languages, with the fact in its place", () => {
  assert.ok(codes.length > 25);
  for (const code of codes) {
    const [zh, en] = [reasonText(code, "zh-CN", "$& 事实"), reasonText(code, "en", "$& 事实")];
    assert.match(zh, /\p{Script=Han}/u);
    assert.doesNotMatch(zh + en, /[{}]/);
    assert.equal(zh.includes("$& 事实"), en.includes("$& 事实"));
  }
  const error = new Rejected("wrong-chain", "a ≠ b");
  assert.equal(error.fact, "a ≠ b");
  assert.match(error.message, /另一账本：a ≠ b.*another ledger: a ≠ b/);
});

test("a root out of form is rejected", () => {
  for (const text of [
    "",
    "{}",
    '{"format":"mingzhang.validators/1","chain":"a","validators":[]}',
    '{"format":"mingzhang.validators/2","chain":"a","validators":[]}',
    `"${"x".repeat(300_000)}"`,
  ]) {
    const data = new TextEncoder().encode(text);
    assert.equal(
      reason(() => validatorsRoot(data)),
      "root-malformed",
    );
    assert.equal(
      reason(() => checkpointRoot(data, [])),
      "root-malformed",
    );
  }
});

test("two roots of different ledgers are no root", () => {
  const text = new TextDecoder().decode(named("record-by-validators").root.validators);
  const other = new TextEncoder().encode(text.replace("mz-vectors-2026", "mz-other"));
  const checkpoint = rootOf(named("record-by-printed-checkpoint").root);
  assert.equal(
    reason(() => both(checkpoint, validatorsRoot(other))),
    "wrong-chain",
  );
});

test("a root says where it came from, and the same server outweighs", () => {
  const { checkpoint = new Uint8Array(), validators = new Uint8Array() } =
    named("record-by-both").root;
  const same = checkpointRoot(checkpoint, [], { trusting: "the same server" });
  const given = validatorsRoot(validators, { trusting: "as given" });
  assert.equal(both(same, given).trusting, "the same server");
  assert.equal(both(checkpointRoot(checkpoint, []), given).trusting, "as given");
  assert.equal(
    verify(named("record-by-both").bundle, both(same, given)).trusting,
    "the same server",
  );
});

test("more countersigners than keys, or a part of one, cannot be asked for", () => {
  const { checkpoint = new Uint8Array(), keys = [] } = named(
    "record-by-countersigned-checkpoint",
  ).root;
  for (const countersignersRequired of [-1, 3, 0.5, Number.NaN]) {
    assert.equal(
      reason(() => checkpointRoot(checkpoint, keys, { countersignersRequired })),
      "root-bad-key",
    );
  }
});

test("more than sixteen keys, or one twice, are refused", () => {
  const { checkpoint = new Uint8Array(), keys = [] } = named(
    "record-by-countersigned-checkpoint",
  ).root;
  const many = Array.from({ length: 16 }, (_, number) => {
    const key = { name: "w", kind: 4, publicKey: new Uint8Array(32).fill(number) };
    const material = Buffer.concat([Buffer.of(4), key.publicKey]).toString("base64");
    return `w+${toHex(keyId(key))}+${material}`;
  });
  const options = { countersignersRequired: 0 };
  const [own = ""] = keys;
  checkpointRoot(checkpoint, [own, ...many.slice(1)], options);
  assert.equal(
    reason(() => checkpointRoot(checkpoint, [own, ...many], options)),
    "root-bad-key",
  );
  assert.equal(
    reason(() => checkpointRoot(checkpoint, [own, own], options)),
    "root-bad-key",
  );
});

test("a list of validators is bounded by its bytes", () => {
  const { validators = new Uint8Array() } = named("record-by-validators").root;
  const padded = (length: number) => {
    const bytes = new Uint8Array(length).fill(0x20);
    bytes.set(validators);
    return bytes;
  };
  validatorsRoot(padded(262_144));
  assert.equal(
    reason(() => validatorsRoot(padded(262_145))),
    "root-malformed",
  );
});
