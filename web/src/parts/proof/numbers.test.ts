import assert from "node:assert/strict";
import { test } from "node:test";
import { monthsBetween, numbersOf } from "./numbers.ts";

const of = (gazette: string, ...numbers: number[]) =>
  numbers.map((number) => ({ gazette, number }));

test("a month whose numbers have no hole and stand once is whole, in any order", () => {
  assert.deepEqual(numbersOf([...of("u:2022-07", 3, 1, 2), ...of("u:2022-08", 1)]), {
    missing: [],
    twice: [],
  });
  assert.deepEqual(numbersOf([]), { missing: [], twice: [] });
});

test("each number below the highest of its own gazette that is left out is missing", () => {
  assert.deepEqual(numbersOf([...of("u:2022-07", 2, 5), ...of("v:2022-07", 1, 2)]), {
    missing: of("u:2022-07", 1, 3, 4),
    twice: [],
  });
});

test("a number that stands twice is told, and fills no hole", () => {
  assert.deepEqual(numbersOf(of("u:2022-07", 1, 1, 3)), {
    missing: of("u:2022-07", 2),
    twice: of("u:2022-07", 1),
  });
});

test("up to the last number that is proven each is missed, in a month without rows too", () => {
  const counts = new Map([
    ["u:2022-07", 3],
    ["u:2022-08", 1],
  ]);
  assert.deepEqual(numbersOf(of("u:2022-07", 1, 2), counts).missing, [
    ...of("u:2022-07", 3),
    ...of("u:2022-08", 1),
  ]);
});

test("months go over the end of a year", () => {
  assert.deepEqual(monthsBetween("2021-11", "2022-02"), [
    "2021-11",
    "2021-12",
    "2022-01",
    "2022-02",
  ]);
  assert.deepEqual(monthsBetween("2022-02", "2022-01"), []);
});
