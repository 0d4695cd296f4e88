import assert from "node:assert/strict";
import { test } from "node:test";
import type { Figure } from "../../parts/proof/figure.ts";
import { cumulated, gathered, paidMs, projectsOf, yearOf, yearToShow } from "./figures.ts";

const plain: Figure = {
  id: "",
  figure_kind: "",
  level: "unit",
  organisation: "hospital",
  year: 2022,
  title_zh: "",
  title_en: "",
  amount_fen: 0,
  status: "published",
  gazette: "",
  number: 1,
  published_ms: 0,
  source: "",
  sources: [],
  parts: [],
  steps: [],
  document_number: "",
  day: null,
  payee: null,
  corrects: "",
  corrected_by: "",
  reason: "",
  contract: "",
  clause: "",
  basis_zh: [],
  basis_en: [],
};
const part = (title: string, amount_fen: number) => ({
  title_zh: title,
  title_en: title,
  amount_fen,
});

function projectFigures(id: string, request: string, titles: string[]): Figure[] {
  const parts = titles.map((each) => part(each, 100));
  const sources = ["preparation/version/1", `preparation/request/${request}`];
  return [
    {
      ...plain,
      id: `${id}-asked`,
      figure_kind: "request",
      title_zh: `预算申报：${id}`,
      sources: [...sources, `preparation/project/${id}`],
      parts,
    },
    { ...plain, id: `${id}-approved`, figure_kind: "approval", sources, parts },
  ];
}

const budget = (requests: string[], lines: [string, string][]): Figure => ({
  ...plain,
  id: "budget",
  figure_kind: "budget",
  amount_fen: 100 * lines.length,
  sources: [
    ...requests.map((each) => `preparation/request/${each}`),
    ...lines.map(([line]) => `funds/cell/${line}:general:local:2022:2022`),
  ],
  parts: lines.map(([, title]) => part(title, 100)),
});

const payment = (line: string, amount_fen: number, number = "20220708-a"): Figure => ({
  ...plain,
  id: `paid-${line}-${amount_fen}`,
  figure_kind: "payment",
  amount_fen,
  document_number: number,
  sources: ["execution/payment/1", `funds/line/${line}`],
});

test("a project has the payments of its own lines, found through its budget", () => {
  const figures = [
    ...projectFigures("ward", "r1", ["装修"]),
    budget(["r1"], [["l1", "装修"]]),
    payment("l1", 30),
    payment("other", 7),
  ];
  const [ward] = projectsOf(figures);
  assert.equal(ward?.title_zh, "ward");
  assert.deepEqual(
    ward?.payments.map((each) => each.amount_fen),
    [30],
  );
  assert.deepEqual(
    ward?.budgets.map((each) => each.id),
    ["budget"],
  );
});

test("two projects of one unit do not get each other's payments", () => {
  const lines: [string, string][] = [
    ["l1", "装修"],
    ["l2", "设备"],
  ];
  const figures = [
    ...projectFigures("ward", "r1", ["装修"]),
    ...projectFigures("lab", "r2", ["设备"]),
    budget(["r1", "r2"], lines),
    payment("l1", 30),
    payment("l2", 50),
  ];
  const [ward, lab] = projectsOf(figures);
  assert.deepEqual(
    ward?.payments.map((each) => each.amount_fen),
    [30],
  );
  assert.deepEqual(
    lab?.payments.map((each) => each.amount_fen),
    [50],
  );
});

test("a line that two projects share by name is given to neither, and both say so", () => {
  const figures = [
    ...projectFigures("ward", "r1", ["设备"]),
    ...projectFigures("lab", "r2", ["设备"]),
    budget(["r1", "r2"], [["l1", "设备"]]),
    payment("l1", 30),
  ];
  for (const each of projectsOf(figures)) {
    assert.deepEqual(each.payments, []);
    assert.deepEqual(each.shared, ["设备"]);
  }
});

test("two lines of one title are told apart where the figures name their lines", () => {
  const named = (line: string) => ({ ...part("设备", 100), line });
  const asked = (id: string, request: string, line: string) =>
    projectFigures(id, request, ["设备"]).map((each) => ({ ...each, parts: [named(line)] }));
  const figures = [
    ...asked("ward", "r1", "l1"),
    ...asked("lab", "r2", "l2"),
    { ...budget(["r1", "r2"], []), parts: [named("l1"), named("l2")] },
    payment("l1", 30),
    payment("l2", 50),
  ];
  assert.deepEqual(
    projectsOf(figures).map((each) => [each.id, each.payments.map((paid) => paid.amount_fen)]),
    [
      ["ward", [30]],
      ["lab", [50]],
    ],
  );
  assert.deepEqual(
    projectsOf(figures).flatMap((each) => each.shared),
    [],
  );
});

test("a corrected figure counts once, as its newest version", () => {
  const old = { ...payment("l1", 30), corrected_by: "paid-l1-20" };
  const figures = [
    ...projectFigures("ward", "r1", ["装修"]),
    budget(["r1"], [["l1", "装修"]]),
    old,
    payment("l1", 20),
  ];
  assert.deepEqual(
    projectsOf(figures)[0]?.payments.map((each) => each.amount_fen),
    [20],
  );
});

test("payments of one day are one step, and a return goes down", () => {
  const steps = cumulated([
    payment("l1", 30),
    payment("l2", 5),
    { ...payment("l1", -10), document_number: "20220801-x" },
  ]);
  assert.deepEqual(
    steps.map((each) => each.amount_fen),
    [35, 25],
  );
  assert.equal(steps[0]?.atMs, Date.UTC(2022, 6, 8));
});

test("a payment without a dated voucher counts from when it was published", () => {
  assert.equal(paidMs({ ...payment("l1", 1, "x"), published_ms: 42 }), 42);
});

test("a year shows lines where a unit has published them, else departments", () => {
  const government: Figure = {
    ...plain,
    figure_kind: "budget",
    level: "government",
    amount_fen: 300,
    parts: [
      { ...part("卫健局", 100), organisation: "health" },
      { ...part("教育局", 200), organisation: "schools" },
    ],
  };
  const figures = [government, budget(["r1"], [["l1", "装修"]]), payment("l1", 30)];
  const departments: Record<string, string> = { hospital: "health" };
  const year = yearOf(figures, 2022, (unit) => departments[unit] ?? "");
  assert.deepEqual(
    year.lines.map((each) => [each.id, each.budget_fen, each.paid_fen]),
    [
      ["l1", 100, 30],
      ["schools", 200, 0],
    ],
  );
  assert.equal(year.budgets[0], government);
  const later = { ...government, year: 2023 };
  assert.equal(yearToShow([...figures, later]), 2022);
  assert.equal(yearToShow([later]), 2023);
  assert.equal(yearToShow([]), undefined);
});

test("slivers are gathered in one line that keeps the sum", () => {
  const lines = [5, 4, 3, 2].map((size) => ({
    id: `${size}`,
    title_zh: "",
    title_en: "",
    budget_fen: size,
    paid_fen: 1,
  }));
  const few = gathered(lines, 3, "其他");
  assert.deepEqual(
    few.map((each) => each.budget_fen),
    [5, 4, 5],
  );
  assert.equal(few.at(-1)?.paid_fen, 2);
});
