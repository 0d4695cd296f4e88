import assert from "node:assert/strict";
import { test } from "node:test";
import { numbersOf } from "./numbers.ts";

const of = (gazette: string, ...numbers: number[]) =>
  numbers.map((number) => ({ gazette, number }));

test("a month whose numbers have no hole and stand once is whole, in any order", () => {
  assert.deepEqual(numbersOf([...of("u:2022-07", 3, 1, 2), ...of("u:2022-08", 1)]), {
    missing: 0,
    twice: 0,
  });
  assert.deepEqual(numbersOf([]), { missing: 0, twice: 0 });
});

test("each number below the highest of its own gazette that is left out is missing", () => {
  assert.deepEqual(numbersOf([...of("u:2022-07", 2, 5), ...of("v:2022-07", 1, 2)]), {
    missing: 3,
    twice: 0,
  });
});

test("a number that stands twice is told, and fills no hole", () => {
  assert.deepEqual(numbersOf(of("u:2022-07", 1, 1, 3)), { missing: 1, twice: 1 });
});
