import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOf, type KindFacts, keysOf, readForm } from "./schema.ts";

const facts: KindFacts = {
  kind: "identity.grant.give/1",
  right: "identity.grant.give",
  on: [],
  title: "Give a right",
  title_zh: "授权",
  fields: {},
  fields_zh: {
    person: "人员",
    names: "名称",
    until_ms: "失效时间",
    reason: "理由",
    limit_fen: "限额（分）",
  },
  schema: {
    $ref: "#/$defs/Give",
    $defs: {
      Give: {
        type: "object",
        required: ["person", "names", "until_ms", "reason", "state"],
        properties: {
          person: { type: "string", pattern: "^[a-z0-9]{1,9}(?!\\n)$" },
          names: { $ref: "#/$defs/Names" },
          project: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
          until_ms: { type: "integer", minimum: 0 },
          from_ms: { anyOf: [{ type: "integer" }, { type: "null" }], default: null },
          limit_fen: { type: "integer", maximum: 100_000 },
          rights: { type: "array", items: { type: "string" }, default: [] },
          state: { enum: ["open", "shut"] },
          accept: { type: "boolean", default: false },
          reason: { type: "string", maxLength: 400 },
        },
      },
      Names: { type: "object", properties: { zh: { type: "string" }, en: { type: "string" } } },
    },
  },
};
const typed = {
  person: "ann",
  "names.zh": "安",
  "names.en": "Ann",
  until_ms: "2022-12-31",
  from_ms: "2022-12-01",
  limit_fen: "999.50 元",
  rights: "a.b\nc.d、e.*",
  state: "shut",
  accept: "true",
  reason: "因公外出",
};
const fields = fieldsOf(facts, "zh-CN");

test("fields have their titles, kinds and whether they must be filled", () => {
  const told = fields.map((each) => [each.path, each.title, each.kind, each.required]);
  assert.deepEqual(told[0], ["person", "人员", "text", true]);
  assert.deepEqual(told[1], ["names.zh", "名称（中文）", "text", true]);
  assert.deepEqual(told[3], ["project", "project", "text", false]);
  assert.equal(fields.find((each) => each.path === "limit_fen")?.title, "限额");
  assert.equal(fields.find((each) => each.path === "reason")?.kind, "long");
  assert.equal(fields.find((each) => each.path === "rights")?.required, false);
});

test("fixed members are not asked", () => {
  assert.ok(!fieldsOf(facts, "zh-CN", ["person"]).some((each) => each.path === "person"));
});

test("what is typed becomes the body, dates as the ledger's days", () => {
  const eight = 8 * 3600;
  const { body, faults } = readForm(fields, typed, eight);
  assert.deepEqual(faults, {});
  assert.deepEqual(body, {
    person: "ann",
    names: { zh: "安", en: "Ann" },
    until_ms: Date.parse("2023-01-01T00:00:00+08:00"),
    from_ms: Date.parse("2022-12-01T00:00:00+08:00"),
    limit_fen: 99_950,
    rights: ["a.b", "c.d", "e.*"],
    state: "shut",
    accept: true,
    reason: "因公外出",
  });
});

test("each wrong field is named with its fault", () => {
  const wrong = {
    ...typed,
    person: "Ann!",
    until_ms: "明天",
    limit_fen: "1000.01",
    state: "ajar",
    reason: " ",
  };
  assert.deepEqual(readForm(fields, wrong, 0).faults, {
    person: "shape",
    until_ms: "shape",
    limit_fen: "range",
    state: "shape",
    reason: "missing",
  });
});

test("records that the act rests on are named from the body", () => {
  assert.deepEqual(keysOf(["a/b/{id}"], { id: "x" }), ["a/b/x"]);
});
