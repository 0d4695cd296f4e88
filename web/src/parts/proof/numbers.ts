/** Numbers of gazettes: a publisher's month is 1, 2, 3 … without a hole, withheld ones included. */

export interface Numbered {
  gazette?: string | null;
  number?: number | null;
}

/** A number of a gazette, `<publisher>:<YYYY-MM>`. */
export interface Place {
  gazette: string;
  number: number;
}

/** Which numbers of gazettes are missing, and which stand twice. */
export interface Numbers {
  missing: Place[];
  twice: Place[];
}

/**
 * What is wrong with the numbers of figures and gaps together.
 *
 * `counts` are the last numbers of gazettes as they were proven; of others the highest known is
 * taken for the last one, so that a cut end goes unseen.
 */
export function numbersOf(
  rows: readonly Numbered[],
  counts: ReadonlyMap<string, number> = new Map(),
): Numbers {
  const known = new Map<string, Set<number>>([...counts.keys()].map((each) => [each, new Set()]));
  const twice: Place[] = [];
  for (const { gazette, number } of rows) {
    if (!gazette || !number) continue;
    const numbers = known.get(gazette) ?? new Set();
    if (numbers.has(number)) twice.push({ gazette, number });
    known.set(gazette, numbers.add(number));
  }
  const missing = [...known].flatMap(([gazette, numbers]) =>
    range(1, Math.max(counts.get(gazette) ?? 0, ...numbers))
      .filter((number) => !numbers.has(number))
      .map((number) => ({ gazette, number })),
  );
  return { missing, twice };
}

/** The months `YYYY-MM` from one to another. */
export function monthsBetween(first: string, last: string): string[] {
  return range(ordinal(first), ordinal(last)).map(
    (each) => `${Math.floor(each / 12)}-${String((each % 12) + 1).padStart(2, "0")}`,
  );
}

function ordinal(month: string): number {
  const [year = 0, of = 0] = month.split("-").map(Number);
  return year * 12 + of - 1;
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
