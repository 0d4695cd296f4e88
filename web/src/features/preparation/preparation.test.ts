import assert from "node:assert/strict";
import { test } from "node:test";
import { askedFor, failuresOf, roadOf } from "./checks.ts";
import { difference } from "./diff.ts";
import {
  type Content,
  contentOf,
  copied,
  type Form,
  formOf,
  newLine,
  sumFen,
  weightSum,
  yearsOf,
} from "./form.ts";
import { cut, inProportion, oneChange, undone, weighed, withoutLines } from "./remedies.ts";

const YEARS = [2022, 2023];

function content(): Content {
  const line = (name: string, first: number, second: number) => ({
    line: name,
    titles: { zh: `${name}费`, en: name },
    function: "2100212",
    economic: "31006",
    government_economic: "50601",
    nature: "general" as const,
    source: "local",
    amounts: [
      { year: 2022, amount_fen: first },
      { year: 2023, amount_fen: second },
    ],
  });
  return {
    titles: { zh: "住院大楼改造", en: "Ward" },
    lines: [line("l1", 700, 200), line("l2", 100, 1)],
    documents: [{ document_kind: "feasibility", title: "可研", sha256: "a".repeat(64) }],
    goals: {
      overall_goal: "长期",
      year_goal: "年度",
      other_funds_fen: 0,
      indicators: [
        {
          indicator_kind: "o1",
          name: "面积",
          operator: "ge",
          target: "5338.5",
          target_text: "",
          unit: "平方米",
          direction: "higher",
          weight_bp: 6_000,
          evidence: "报告",
        },
        {
          indicator_kind: "o3",
          name: "竣工",
          operator: "qualitative",
          target: null,
          target_text: "三月前",
          unit: "日",
          direction: "qualitative",
          weight_bp: 3_000,
          evidence: "报告",
        },
      ],
    },
  };
}

const changed = (form: Form, row: number, key: string, text: string): Form => ({
  ...form,
  lines: form.lines.map((each, at) =>
    at === row ? { ...each, cells: { ...each.cells, [key]: text } } : each,
  ),
});

test("a version becomes a form and the form the same version", () => {
  assert.deepEqual(contentOf(formOf(content()), YEARS), { content: content(), faults: [] });
});

test("an amount that cannot be read is a fault of its cell, and nothing is sent", () => {
  for (const text of ["约六百", "-5", "1.001"]) {
    const found = contentOf(changed(formOf(content()), 1, "y2023", text), YEARS);
    assert.equal(found.content, null);
    assert.deepEqual(found.faults, [
      { tab: "lines", what: "fault.line.amount", cell: "l1/y2023", row: 2 },
    ]);
  }
});

test("a line without any amount, or with a code that is none, is a fault", () => {
  const bare = changed(changed(formOf(content()), 0, "y2022", ""), 0, "y2023", "0.00");
  assert.equal(contentOf(bare, YEARS).faults[0]?.what, "fault.line.amounts");
  const odd = changed(formOf(content()), 0, "function", "康复 医院");
  assert.equal(contentOf(odd, YEARS).faults[0]?.cell, "l0/function");
});

test("an empty class is no fault: the rule that asks for it answers", () => {
  const found = contentOf(changed(formOf(content()), 0, "function", ""), YEARS);
  assert.equal(found.content?.lines[0]?.function, "");
});

test("no goals at all are sent as none, half a form is a fault", () => {
  const none = { ...formOf(content()), overall_goal: "", year_goal: "", indicators: [] };
  assert.equal(contentOf(none, YEARS).content?.goals, null);
  const half = { ...formOf(content()), year_goal: " " };
  assert.deepEqual(contentOf(half, YEARS).faults, [{ tab: "goals", what: "fault.goal.text" }]);
});

test("a title that was changed keeps no English of another title", () => {
  const found = contentOf(changed(formOf(content()), 0, "title", "另一项"), YEARS);
  assert.deepEqual(found.content?.lines[0]?.titles, { zh: "另一项", en: "另一项" });
});

test("a new line has an id that no other has", () => {
  const form = formOf(content());
  const one = newLine(form, "rehab-ward", 2022);
  const two = newLine({ ...form, lines: [...form.lines, one] }, "rehab-ward", 2022);
  assert.notEqual(one.cells.line, two.cells.line);
  assert.notEqual(one.id, two.id);
});

test("years go from the budget year to the project's last, ten at most", () => {
  assert.deepEqual(yearsOf(2022, 2023), [2022, 2023]);
  assert.deepEqual(yearsOf(2022, 2020), [2022]);
  assert.equal(yearsOf(2022, 2099).length, 10);
});

test("last year's plan for the year is copied, else last year's own amounts", () => {
  const planned = contentOf(copied(content(), 2023), [2023]).content;
  assert.deepEqual(planned?.lines[0]?.amounts, [{ year: 2023, amount_fen: 200 }]);
  const moved = contentOf(copied(content(), 2024), [2024]).content;
  assert.deepEqual(moved?.lines[0]?.amounts, [{ year: 2024, amount_fen: 200 }]);
});

test("shares add up to the whole to the fen", () => {
  assert.deepEqual(inProportion([1, 1, 1], 100), [34, 33, 33]);
  assert.deepEqual(inProportion([0, 3], 2), [0, 2]);
  assert.deepEqual(inProportion([0, 0], 5), [0, 0]);
  const large = inProportion([886_000_000_000_000, 1, 243_600_000_000_000], 1_000_000_000_000_001);
  assert.equal(
    large.reduce((a, b) => a + b, 0),
    1_000_000_000_000_001,
  );
});

test("amounts are cut to the limit and not further, and only in the years that are over it", () => {
  const all = cut(formOf(content()), YEARS, 101);
  assert.equal(sumFen(all.lines, YEARS), 1001 - 101);
  const one = cut(formOf(content()), [2022], 300);
  assert.equal(sumFen(one.lines, [2022]), 500);
  assert.equal(sumFen(one.lines, [2023]), 201);
});

test("weights are set to ninety in whole points", () => {
  const form = formOf(content());
  const light: Form = { ...form, indicators: form.indicators.slice(0, 1) };
  assert.equal(weightSum(weighed(light, 9_000).indicators), 9_000);
});

test("the last amount changed is known and undone; more than one change is not", () => {
  const before = formOf(content());
  const after = changed(before, 0, "y2022", "9.00");
  const change = oneChange(before.lines, after.lines);
  assert.deepEqual(change, { row: "l0", key: "y2022", before: "7.00" });
  assert.ok(change);
  assert.deepEqual(undone(after, change), before);
  assert.equal(oneChange(before.lines, changed(after, 1, "y2022", "3.00").lines), null);
  assert.equal(oneChange(before.lines, changed(before, 0, "title", "x").lines), null);
});

test("lines are left out by their names in the ledger", () => {
  assert.deepEqual(
    withoutLines(formOf(content()), ["l1"]).lines.map((each) => each.cells.line),
    ["l2"],
  );
});

test("failures are read from a refusal, questions from what would be accepted", () => {
  const facts = { failures: ["R01 amount_fen 1305000000 1281760000", "Q99 - - -"] };
  assert.deepEqual(failuresOf(facts), [
    { clause: "R01", field: "amount_fen", found: "1305000000", required: "1281760000" },
    { clause: "Q99", field: null, found: "-", required: "-" },
  ]);
  assert.deepEqual(failuresOf({}), []);
  const reason = "缺少必备文件。 [Q06 documents_missing feasibility,ex_ante 0]";
  const events = [{ kind: "preparation.request_moved", state: "asked", reason }];
  assert.equal(askedFor(events)[0]?.found, "feasibility,ex_ante");
  assert.deepEqual(askedFor([{ kind: "preparation.request_submitted" }]), []);
});

test("the road ahead is that of the case which the ledger would open", () => {
  const levels = [{ name: "unit", desks: [], days: 10 }];
  assert.deepEqual(roadOf([{ kind: "procedure.case_opened", levels }]), levels);
  assert.equal(roadOf([]), null);
});

test("two versions differ in amounts, classes, goals and documents, each named", () => {
  const after = content();
  const [first] = after.lines;
  assert.ok(first && after.goals);
  first.amounts = [{ year: 2022, amount_fen: 650 }];
  first.economic = "31003";
  after.goals.indicators = after.goals.indicators.slice(0, 1);
  after.documents = [{ document_kind: "feasibility", title: "可研", sha256: "b".repeat(64) }];
  const found = difference(content(), after);
  assert.deepEqual(
    found.amounts.map((each) => [each.line, each.year, each.before, each.after]),
    [
      ["l1", 2022, 700, 650],
      ["l1", 2023, 200, 0],
    ],
  );
  assert.equal(found.reclassified.length, 1);
  assert.deepEqual(
    found.goals.map((each) => [each.name, each.after]),
    [["竣工", ""]],
  );
  assert.deepEqual(found.documents, [{ title: "可研", change: "replaced" }]);
  assert.deepEqual(difference(after, after), {
    amounts: [],
    reclassified: [],
    goals: [],
    documents: [],
    titles: null,
  });
});
