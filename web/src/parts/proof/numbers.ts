/** Numbers of gazettes: a publisher's month is 1, 2, 3 … without a hole, withheld ones included. */

export interface Numbered {
  gazette?: string | null;
  number?: number | null;
}

/** How many numbers below the highest known of their gazette are missing, and stand twice. */
export interface Numbers {
  missing: number;
  twice: number;
}

/** What is wrong with the numbers of figures and gaps together. */
export function numbersOf(rows: readonly Numbered[]): Numbers {
  const known = new Map<string, Set<number>>();
  let twice = 0;
  for (const { gazette, number } of rows) {
    if (!gazette || !number) continue;
    const numbers = known.get(gazette) ?? new Set();
    if (numbers.has(number)) twice += 1;
    known.set(gazette, numbers.add(number));
  }
  const missing = [...known.values()].map((numbers) => Math.max(...numbers) - numbers.size);
  return { missing: missing.reduce((sum, each) => sum + each, 0), twice };
}
