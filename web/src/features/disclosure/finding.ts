/** Finding by words: what contains all of them, else what is nearest. */

export interface Entry {
  /** What is read for the words. */
  text: string;
}

const plain = (text: string): string => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ");

function pairs(text: string): Set<string> {
  const letters = [...plain(text).replace(/\s/g, "")];
  return new Set(letters.slice(1).map((each, at) => `${letters[at]}${each}`));
}

/** How much of the asked one finds in a text, 0 to 1, by pairs of letters. */
function nearness(asked: Set<string>, text: string): number {
  const has = pairs(text);
  let common = 0;
  for (const each of asked) if (has.has(each)) common += 1;
  return asked.size ? common / asked.size : 0;
}

const NEAREST = 4;

/** Entries with every word of the query; where there are none, the nearest few, best first. */
export function find<E extends Entry>(
  entries: readonly E[],
  query: string,
): { found: E[]; nearest: E[] } {
  const words = plain(query).trim().split(" ").filter(Boolean);
  if (!words.length) return { found: [], nearest: [] };
  const found = entries.filter((each) => words.every((word) => plain(each.text).includes(word)));
  if (found.length) return { found, nearest: [] };
  const asked = pairs(query);
  const nearest = entries
    .map((entry) => ({ entry, near: nearness(asked, entry.text) }))
    .filter((each) => each.near > 0)
    .toSorted((one, other) => other.near - one.near)
    .slice(0, NEAREST)
    .map((each) => each.entry);
  return { found: [], nearest };
}
