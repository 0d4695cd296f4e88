import assert from "node:assert/strict";
import { test } from "node:test";

import {
  BadEncoding,
  characters,
  fromBase64,
  fromDecimal,
  fromHex,
  fromRfc3339,
  toRfc3339,
  utf8,
} from "../src/encodings.ts";
import { Fields, load, Malformed } from "../src/strict-json.ts";

const read = (text: string) => load(utf8(text), 100_000);

function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof Malformed) return error.message;
    throw error;
  }
  return "nothing was refused";
}

for (const [text, reason] of [
  ['{"a":1,"a":1}', "duplicate-field: a"],
  ['{"a":1,"\\u0061":1}', "duplicate-field: a"],
  ['{"__proto__":1,"__proto__":1}', "duplicate-field: __proto__"],
  ["1.0", "number: 1.0"],
  ["1e2", "number: 1e2"],
  ["9007199254740992", "number: 9007199254740992"],
  ["-9007199254740992", "number: -9007199254740992"],
  ["NaN", "not-json"],
  ["Infinity", "not-json"],
  ["01", "not-json"],
  ["-", "not-json"],
  ["+1", "not-json"],
  [".5", "not-json"],
  ["1.", "not-json"],
  ["", "not-json"],
  ["[1,]", "not-json"],
  ['{"a":1,}', "not-json"],
  ["{a:1}", "not-json"],
  ["[1 2]", "not-json"],
  ["'a'", "not-json"],
  ['"a', "not-json"],
  ['"\t"', "not-json"],
  ['"\\x41"', "not-json"],
  ['"\\u00g0"', "not-json"],
  ['"\\u+123"', "not-json"],
  ["1 1", "not-json"],
  ["\u00a01", "not-json"],
  ["\u00001", "not-json"],
  ["/* */1", "not-json"],
  ["nulll", "not-json"],
  ["True", "not-json"],
  [`${"[".repeat(17)}${"]".repeat(17)}`, "too-deep"],
  ["[".repeat(90_000), "too-deep"],
  [" ".repeat(100_001), "too-large"],
  ["\ufeff1", "byte-order-mark"],
] as const) {
  test(`JSON that is not strict is refused: ${JSON.stringify(text.slice(0, 30))}, ${reason}`, () => {
    assert.equal(
      refusal(() => read(text)),
      reason,
    );
  });
}

test("bytes that are not UTF-8 are refused: stray, overlong, a surrogate, cut", () => {
  for (const bytes of [
    [0x22, 0xff, 0x22],
    [0xc0, 0xaf],
    [0xed, 0xa0, 0x80],
    [0xe2, 0x82],
  ]) {
    assert.equal(
      refusal(() => load(Uint8Array.from(bytes), 100)),
      "not-utf8",
    );
  }
});

test("what is JSON is read as it is", () => {
  assert.deepEqual(read(" [ 0 , -0 , 9007199254740991 , true , null ] "), [
    0,
    0,
    9007199254740991,
    true,
    null,
  ]);
  assert.equal(read('"\\u660e\\ud83d\\ude00\\n\\/"'), "明😀\n/");
  assert.deepEqual(read('{"__proto__":{}}'), new Map([["__proto__", new Map()]]));
  assert.ok(read(`${"[".repeat(16)}${"]".repeat(16)}`));
  assert.equal(read(`"${"[{".repeat(40)}"`), "[{".repeat(40));
});

test("a text is bounded by its characters, not empty, and never half a character", () => {
  const text = (value: string, bound: number) =>
    new Fields(read(`{"a":${value}}`), "x", ["a"]).text("a", bound);
  assert.equal(text('"😀😀"', 2), "😀😀");
  for (const bad of ['"😀😀😀"', '""', '"\\ud800"', '"\\udc00\\ud800"']) {
    assert.equal(
      refusal(() => text(bad, 2)),
      "bad-value: x.a",
    );
  }
  assert.equal(
    refusal(() => text("1", 2)),
    "wrong-type: x.a",
  );
  assert.equal(characters("明a😀"), 3);
});

test("members are all known and all there", () => {
  const fields = (json: string) => () => new Fields(read(json), "", ["a"], ["b"]);
  assert.equal(refusal(fields('{"b":1}')), "missing-field: a");
  assert.equal(refusal(fields('{"a":1,"c":1}')), "unknown-field: c");
  assert.equal(refusal(fields('{"a":1,"constructor":1}')), "unknown-field: constructor");
  assert.equal(refusal(fields("[]")), "wrong-type");
  assert.equal(refusal(fields("null")), "wrong-type");
  assert.equal(new Fields(read('{"a":1}'), "", ["a"]).has("toString"), false);
});

test("an integer is within its bounds and not a boolean", () => {
  const integer = (value: string) => () =>
    new Fields(read(`{"a":${value}}`), "", ["a"]).integer("a", 1, 3);
  assert.equal(integer("3")(), 3);
  for (const bad of ["0", "4"]) assert.equal(refusal(integer(bad)), "bad-value: a");
  for (const bad of ["true", '"1"', "null", "[1]"])
    assert.equal(refusal(integer(bad)), "wrong-type: a");
});

const refuses = (decode: (text: string) => unknown, texts: string[]) => {
  for (const text of texts) assert.throws(() => decode(text), BadEncoding, JSON.stringify(text));
};

test("a value spelt otherwise than in its one spelling is refused", () => {
  refuses(fromBase64, [
    "AA",
    "AA=",
    "AB==",
    "AAA",
    "A A=",
    "AA==\n",
    "AA==AA==",
    "-_==",
    "AAA*",
    "é===",
    "\ud800",
  ]);
  refuses(fromHex, ["0", "0a", "0G", " 00", "00\n", "0x00"]);
  refuses(fromDecimal, [
    "",
    "-0",
    "01",
    "+1",
    "1.0",
    "1 ",
    "١",
    "9223372036854775808",
    "-9223372036854775809",
    "1\n",
  ]);
  assert.deepEqual(fromBase64("AAEC/w=="), Uint8Array.of(0, 1, 2, 255));
  assert.deepEqual(fromHex("00FF"), Uint8Array.of(0, 255));
  assert.equal(fromDecimal("9223372036854775807"), 2n ** 63n - 1n);
});

test("a time spelt otherwise, or that is not, is refused", () => {
  refuses(fromRfc3339, [
    "2026-11-23T08:00:00",
    "2026-11-23T08:00:00+00:00",
    "2026-11-23t08:00:00z",
    "2026-11-23T08:00:00.10Z",
    "2026-11-23T08:00:00.Z",
    "2026-11-23T08:00:00.1234567891Z",
    "2026-02-29T08:00:00Z",
    "2026-04-31T08:00:00Z",
    "2026-13-01T08:00:00Z",
    "2026-00-01T08:00:00Z",
    "2026-11-23T24:00:00Z",
    "2026-11-23T08:60:00Z",
    "2026-11-23T08:00:60Z",
    "0000-11-23T08:00:00Z",
    "٢٠٢٦-11-23T08:00:00Z",
    "2026-11-23T08:00:00Z\n",
    "+02026-11-23T08:00:00Z",
  ]);
});

test("a time has one spelling which reads back", () => {
  for (const text of [
    "0001-01-01T00:00:00Z",
    "0099-02-28T23:59:59.000000001Z",
    "1969-12-31T23:59:59.999999999Z",
    "1970-01-01T00:00:00Z",
    "2024-02-29T10:20:30.5Z",
    "9999-12-31T23:59:59.99Z",
  ]) {
    assert.equal(toRfc3339(fromRfc3339(text)), text);
  }
  assert.equal(fromRfc3339("0001-01-01T00:00:00Z"), -62_135_596_800_000_000_000n);
  assert.equal(fromRfc3339("1969-12-31T23:59:59.999999999Z"), -1n);
});
