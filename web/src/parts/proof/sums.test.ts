/** The cases of spec/vectors/sum: what a page shows, what is proven of each key, and the verdict. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Row } from "../../api/views.ts";
import type { Proof } from "../Seal.tsx";
import { type Figure, figureOf } from "./figure.ts";
import { type CheckOf, publicOf, soundnessOf, type Wanted } from "./sums.ts";

type Shown = { id: string; gazette: string; number: number };
interface Case {
  name: string;
  sum: string[];
  figures: (Shown & { year: number })[];
  gaps: Shown[];
  height: number;
  proven_height: number;
  sealed: string;
  /** The record proven at a key, or what came of the proof; a key that is not here is absent. */
  records: Record<string, object | "unchecked" | "mismatch">;
  expect: { proof: Proof };
}

const FILE = new URL("../../../../spec/vectors/sum/cases.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(FILE, "utf8")) as { cases: Case[] };

function checks({ records, proven_height, sealed }: Case): CheckOf {
  const verified = { height: BigInt(proven_height), sealedTime: sealed } as never;
  return (of: Wanted) => {
    const found = records[typeof of === "string" ? of : of.id];
    if (typeof found === "string") return { proof: found, content: null, verified: null };
    const content = found ? new TextEncoder().encode(JSON.stringify(found)) : null;
    return { proof: "match", content, verified };
  };
}

for (const each of cases) {
  test(`${each.name} is told for what it is`, () => {
    const figures: Figure[] = each.figures.map((row) =>
      figureOf(row as unknown as Row<"disclosure_figures">),
    );
    const members = each.sum.flatMap((id) => figures.find((figure) => figure.id === id) ?? []);
    const shown = publicOf(figures, each.gaps, each.height);
    const { wanted, ...found } = soundnessOf(members, shown, checks(each));
    assert.deepEqual(found, each.expect);
    assert.ok(wanted.length > members.length);
  });
}

test("until the figures of a sum are proven nothing else is asked for", () => {
  const [first] = cases;
  assert.ok(first);
  const figures = first.figures.map((row) => figureOf(row as unknown as Row<"disclosure_figures">));
  const none = () => ({ proof: "unchecked" as const, content: null, verified: null });
  const found = soundnessOf(figures, publicOf(figures, [], 90), none);
  assert.deepEqual([found.proof, found.wanted], ["unchecked", figures]);
});
