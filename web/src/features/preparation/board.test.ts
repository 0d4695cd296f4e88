import assert from "node:assert/strict";
import { test } from "node:test";
import { boardOf, growth, nextStage, percent, stepsOf } from "./board.ts";

const share = (organisation: string, asked_fen: number, ceiling_fen: number | null) => ({
  organisation,
  asked_fen,
  ceiling_fen,
  approved_fen: 0,
  live: 1,
});

test("departments come with their units, asked against the ceiling", () => {
  const totals = [
    { year: 2022, department: "", shares: [share("dg-health", 900, 1000)] },
    { year: 2022, department: "dg-health", shares: [share("dg-rehab", 900, 800)] },
  ];
  const rows = boardOf(totals, [], "dg-finance");
  assert.deepEqual(
    rows.map((each) => [each.organisation, each.department, each.leftFen]),
    [
      ["dg-health", "", 100],
      ["dg-rehab", "dg-health", -100],
    ],
  );
});

test("who has a ceiling and asked for nothing stands on the board; the bureau does not", () => {
  const ceilings = [
    { organisation: "dg-finance", department: "", ceiling_fen: 5000 },
    { organisation: "dg-edu", department: "dg-edu", ceiling_fen: 100 },
    { organisation: "dg-school", department: "dg-edu", ceiling_fen: 60 },
  ];
  assert.deepEqual(
    boardOf([], ceilings, "dg-finance").map((each) => [each.organisation, each.ceilingFen]),
    [
      ["dg-edu", 100],
      ["dg-school", 60],
    ],
  );
});

test("a stage is late only while it is the present one", () => {
  const deadlines = [
    { stage: "first_up", day: 10 },
    { stage: "first_down", day: 20 },
  ];
  const steps = stepsOf(deadlines, "first_down", 21);
  assert.deepEqual(
    steps.slice(0, 3).map((each) => [each.state, each.isLate]),
    [
      ["done", false],
      ["now", true],
      ["ahead", false],
    ],
  );
  assert.equal(stepsOf(deadlines, "first_down", 20)[1]?.isLate, false);
  assert.equal(nextStage("congress"), "second_down");
  assert.equal(nextStage("second_down"), null);
});

test("growth is rounded to a tenth of a percent, and of nothing there is none", () => {
  assert.equal(percent(growth(850_000_000, 431_760_000)), "−49.2%");
  assert.equal(percent(growth(3, 4)), "33.3%");
  assert.equal(percent(growth(0, 4)), "—");
  assert.equal(percent(growth(7, 7)), "0.0%");
});
