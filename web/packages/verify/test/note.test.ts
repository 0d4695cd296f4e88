import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex, utf8 } from "../src/encodings.ts";
import { Rejected, readCheckpoint, readKey } from "../src/index.ts";
import {
  keyId,
  NoteRefused,
  parseCheckpoint,
  parseKey,
  parseNote,
  verifyNote,
} from "../src/note.ts";
import { vectors } from "./vectors.ts";

const { cases } = vectors("note/notes.json");
const countersigned = cases[1];
const TEXT = `mz-test\n7\n${Buffer.alloc(32, 5).toString("base64")}\n`;

function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof NoteRefused) return error.reason;
    throw error;
  }
  return "nothing was refused";
}

const signersOf = (note: string, keys: string[]): string[] =>
  verifyNote(parseNote(utf8(note)), keys.map(parseKey)).map((each) => each.key.name);

for (const of of cases) {
  test(`a note made by the Go libraries is read as they read it: ${of.name}`, () => {
    assert.deepEqual(signersOf(of.note, of.keys), of.signed_by);
    assert.equal(parseNote(utf8(of.note)).text, of.text);
  });
}

test("a countersignature says when it was made", () => {
  const keys = countersigned.keys.map(parseKey);
  const found = verifyNote(parseNote(utf8(countersigned.note)), keys);
  assert.deepEqual(
    found.map((each) => each.timeS),
    [null, 1_795_420_800n],
  );
});

test("a line of an unknown key is ignored and a key that signs twice counts once", () => {
  const [first] = countersigned.keys;
  assert.deepEqual(signersOf(countersigned.note, [first]), ["mz-vectors-2026"]);
  const [text, lines] = countersigned.note.split("\n\n");
  const line = lines.split("\n")[0];
  assert.deepEqual(signersOf(`${text}\n\n${line}\n${line}\n`, [first]), ["mz-vectors-2026"]);
});

test("a changed text, time or signature of a known key refuses the note", () => {
  const bytes = utf8(countersigned.note);
  const keys = countersigned.keys.map(parseKey);
  for (const at of [0, 16, 19, 60]) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(
      refusal(() => verifyNote(parseNote(changed), keys)),
      "bad-signature",
    );
  }
  const parsed = parseNote(bytes);
  for (const [index, byte] of [
    [0, 4],
    [0, 40],
    [1, 0],
    [1, 7],
    [1, 12],
    [1, 60],
  ] as const) {
    const signatures = parsed.signatures.map((each) => ({
      ...each,
      signature: each.signature.slice(),
    }));
    const signature = signatures[index]?.signature ?? new Uint8Array();
    signature[byte] = (signature[byte] ?? 0) ^ 1;
    assert.equal(
      refusal(() => verifyNote({ ...parsed, signatures }, keys)),
      "bad-signature",
    );
  }
});

for (const [note, reason] of [
  ["", "no-signature"],
  ["text\n", "no-signature"],
  ["text\n\n", "no-signature"],
  ["\n— a AAAAAAA=\n", "no-signature"],
  ["\n\n— a AAAAAAA=\n", "no-signature"],
  ["text\n\n— a AAAAAAA=", "no-signature"],
  ["text\n\n— a AAAAAAA=\n\n", "no-signature"],
  ["text\n\n- a AAAAAAA=\n", "bad-signature-line"],
  ["text\n\n— a AAAAAAB=\n", "bad-signature-line"],
  ["text\n\n— a AAAAAA\n", "bad-signature-line"],
  ["text\n\n— a AAAA\n", "bad-signature-line"],
  ["text\n\n— a AAAAAA==\n", "bad-signature-line"],
  ["text\n\n— a  AAAAAAA=\n", "bad-signature-line"],
  ["text\n\n— a AAAAAAA= \n", "bad-signature-line"],
  ["text\n\n—  AAAAAAA=\n", "bad-key-name"],
  ["text\n\n— a+b AAAAAAA=\n", "bad-key-name"],
  ["text\n\n— a\u3000b AAAAAAA=\n", "bad-key-name"],
  ["text\n\n— a\u0085b AAAAAAA=\n", "bad-key-name"],
  ["te\rxt\n\n— a AAAAAAA=\n", "control-character"],
  ["te\0xt\n\n— a AAAAAAA=\n", "control-character"],
  [`text\n\n${"— a AAAAAAA=\n".repeat(65)}`, "too-many-signatures"],
  ["x".repeat(131_073), "too-large"],
] as const) {
  test(`a note out of form is refused: ${JSON.stringify(note.slice(0, 30))}, ${reason}`, () => {
    assert.equal(
      refusal(() => parseNote(utf8(note))),
      reason,
    );
  });
}

test("a note that is not UTF-8 is refused", () => {
  assert.equal(
    refusal(() => parseNote(Uint8Array.of(0x74, 0xff, 10, 10))),
    "not-utf8",
  );
});

test("a text that is no head of a log is refused", () => {
  for (const text of [
    "",
    "a\n1\n",
    "a\n1\nAAAA\n",
    TEXT.slice(0, -1),
    ...["07", "-7", "7 ", "٧", "99999999999999999", ""].map((size) => TEXT.replace("7", size)),
    TEXT.replace("mz-test", ""),
    TEXT.replace("=", ""),
    `${TEXT}\n`,
    `${TEXT}extension\n\n`,
  ]) {
    assert.equal(
      refusal(() => parseCheckpoint(text)),
      "bad-checkpoint",
      text,
    );
  }
  assert.deepEqual(parseCheckpoint(`${TEXT}one\ntwo\n`).extensions, ["one", "two"]);
});

/** A verifier key of so many bytes whose id is its own. */
function spelt(kind: number, length: number): string {
  const publicKey = new Uint8Array(length).fill(9);
  const material = Buffer.concat([Buffer.of(kind), publicKey]).toString("base64");
  return `a+${toHex(keyId({ name: "a", kind, publicKey }))}+${material}`;
}

test("a note behind a byte order mark is another text", () => {
  const marked = utf8(`\ufeff${countersigned.note}`);
  assert.equal(readCheckpoint(marked).origin, "\ufeffmz-vectors-2026");
});

test("a verifier key out of form, of another algorithm or with a foreign id is refused", () => {
  const key: string = countersigned.keys[1];
  for (const changed of [
    key.replace("+BH", "+Bh"),
    key.replace("+6d06adea+", "+6d06adeb+"),
    key.replace("+6d06adea+", "+6D06ADEA+"),
    key.replace("audit.example", "audit.exampla"),
    key.slice(0, -2),
    `${key}=`,
    key.split("+")[0] ?? "",
    spelt(1, 33),
    spelt(1, 31),
    spelt(2, 32),
    spelt(0, 32),
    `\ufeff${key}`,
    `\ud800${key}`,
  ]) {
    assert.notEqual(changed, key);
    assert.throws(
      () => readKey(changed),
      (error) => error instanceof Rejected && error.code === "root-bad-key",
      changed,
    );
  }
  assert.equal(readKey(spelt(1, 32)).publicKey.length, 32);
  assert.equal(readKey(` ${key}\n`).name, "audit.example/witness");
});

test("a pasted checkpoint is shown as what it says, whoever signed it", () => {
  const found = readCheckpoint(utf8(countersigned.note));
  assert.equal(found.origin, "mz-vectors-2026");
  assert.equal(found.root.length, 32);
  assert.throws(() => readCheckpoint(utf8("7")), Rejected);
});
