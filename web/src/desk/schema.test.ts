import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOf, type KindFacts, keysOf, readForm, textOfRows } from "./schema.ts";

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
          rights: { type: "array", items: { type: "string", pattern: "^[a-z.*]+$" }, default: [] },
          state: { enum: ["open", "shut"] },
          accept: { type: "boolean", default: false },
          reason: { type: "string", maxLength: 400 },
        },
      },
      Names: {
        type: "object",
        required: ["zh", "en"],
        properties: { zh: { type: "string" }, en: { type: "string" } },
      },
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
const TITLES = {
  part: (name: string) => ({ zh: "中文", amount_fen: "金额（分）" })[name] ?? name,
  within: (title: string, part: string) => `${title}（${part}）`,
};
const fields = fieldsOf(facts, "zh-CN", [], TITLES);

test("fields have their titles, kinds and whether they must be filled", () => {
  const told = fields.map((each) => [each.path, each.title, each.kind, each.required]);
  assert.deepEqual(told[0], ["person", "人员", "text", true]);
  assert.deepEqual(told[1], ["names.zh", "名称（中文）", "text", true]);
  assert.deepEqual(told[3], ["project", "project", "text", false]);
  assert.equal(fields.find((each) => each.path === "limit_fen")?.title, "限额（元）");
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

const HASH = "a1".repeat(32);
const plan: KindFacts = {
  ...facts,
  fields_zh: {
    years: "分年度",
    award: "中标（文号、哈希）",
    sources: "依据",
    total_fen: "总额（分）",
  },
  schema: {
    type: "object",
    required: ["years", "sources", "points", "prefix", "total_fen"],
    properties: {
      total_fen: { type: "integer", minimum: 1 },
      years: { type: "array", minItems: 1, items: { $ref: "#/$defs/Year" } },
      award: { anyOf: [{ $ref: "#/$defs/Award" }, { type: "null" }], default: null },
      sources: { type: "array", items: { type: "string", minLength: 1 }, minItems: 1 },
      points: { type: "array", items: { enum: ["contract", "payment"] }, maxLength: 3 },
      prefix: { type: "string", pattern: "^[a-z]{0,9}(?!\\n)$" },
      basis: { type: "string", pattern: "^[a-z0-9]{1,96}$" },
    },
    $defs: {
      Year: {
        type: "object",
        required: ["year", "amount_fen"],
        properties: {
          year: { type: "integer", minimum: 1990 },
          amount_fen: { type: "integer", exclusiveMinimum: 0 },
          day: {
            anyOf: [{ type: "integer", minimum: 0, maximum: 100_000 }, { type: "null" }],
            default: null,
          },
        },
      },
      Award: {
        type: "object",
        required: ["number", "sha256"],
        properties: {
          number: { type: "string", minLength: 1 },
          sha256: { type: "string", pattern: "^[0-9a-f]{64}$" },
        },
      },
    },
  },
};
const planned = fieldsOf(plan, "zh-CN", [], TITLES);
const least = {
  total_fen: "10",
  years: textOfRows([{ year: "2022", amount_fen: "6.50" }]),
  sources: "预算法：二十日、十五日\n办法",
};

test("a list of things is rows, and each cell is read as a field of its own", () => {
  const years = planned.find((each) => each.path === "years");
  assert.deepEqual(
    years?.columns?.map((each) => [each.path, each.title, each.kind, each.required]),
    [
      ["year", "year", "whole", true],
      ["amount_fen", "金额（元）", "yuan", true],
      ["day", "day", "day", false],
    ],
  );
  const rows = textOfRows([
    { year: "2022", amount_fen: "6.50", day: "2022-08-01" },
    { year: "2023", amount_fen: "3.50" },
  ]);
  assert.deepEqual(readForm(planned, { ...least, years: rows }, 0).body.years, [
    { year: 2022, amount_fen: 650, day: 19_205 },
    { year: 2023, amount_fen: 350 },
  ]);
});

test("a wrong cell is named by its row, and a list that needs a row by itself", () => {
  const rows = textOfRows([
    { year: "2022", amount_fen: "6.50" },
    { year: "1066", amount_fen: "六元" },
    { year: "2023", amount_fen: "0" },
    {},
  ]);
  assert.deepEqual(readForm(planned, { ...least, years: rows }, 0).faults, {
    "years.1.year": "range",
    "years.1.amount_fen": "shape",
    "years.2.amount_fen": "range",
    "years.3.year": "missing",
    "years.3.amount_fen": "missing",
  });
  assert.deepEqual(readForm(planned, { ...least, years: "" }, 0).faults, { years: "missing" });
});

test("a group that may be left out is wanted as a whole once it is begun", () => {
  assert.equal(planned.find((each) => each.path === "award.number")?.title, "中标（number）");
  assert.equal(readForm(planned, least, 0).body.award, undefined);
  const begun = readForm(planned, { ...least, "award.number": "一号" }, 0);
  assert.deepEqual(begun.faults, { "award.sha256": "missing" });
  const whole = { ...least, "award.number": "一号", "award.sha256": `${HASH} 通知书.pdf` };
  assert.deepEqual(readForm(planned, whole, 0).body.award, { number: "一号", sha256: HASH });
});

test("what must be stated but may be nothing is stated as nothing", () => {
  const { body, faults } = readForm(planned, least, 0);
  assert.deepEqual(faults, {});
  assert.deepEqual(body, {
    total_fen: 1_000,
    years: [{ year: 2022, amount_fen: 650 }],
    sources: ["预算法：二十日、十五日", "办法"],
    points: [],
    prefix: "",
  });
});

test("words of an enumeration are chosen from it, a document is taken by its fingerprint", () => {
  assert.deepEqual(readForm(planned, { ...least, points: "contract\npayment" }, 0).body.points, [
    "contract",
    "payment",
  ]);
  const wrong = { ...least, points: "contract\nnever", basis: "红头文件" };
  assert.deepEqual(readForm(planned, wrong, 0).faults, { points: "shape", basis: "shape" });
  assert.equal(readForm(planned, { ...least, basis: `${HASH} a b.pdf` }, 0).body.basis, HASH);
});

test("records that the act rests on are named from the body", () => {
  assert.deepEqual(keysOf(["a/b/{id}"], { id: "x" }), ["a/b/x"]);
});
