/** Two written amounts, cut where they differ. */

export interface Cut {
  text: string;
  differs: boolean;
}

/**
 * Cuts two amounts into runs that are the same and runs that differ, aligned at the right as
 * amounts are. A longer one's leading digits differ.
 */
export function differing(one: string, other: string): [Cut[], Cut[]] {
  const size = Math.max(one.length, other.length);
  const [first, second] = [one.padStart(size), other.padStart(size)];
  const cut = (mine: string, theirs: string): Cut[] => {
    const cuts: Cut[] = [];
    for (let at = 0; at < size; at += 1) {
      const text = mine.charAt(at);
      if (text === " ") continue;
      const differs = text !== theirs.charAt(at);
      const last = cuts.at(-1);
      if (last?.differs === differs) last.text += text;
      else cuts.push({ text, differs });
    }
    return cuts;
  };
  return [cut(first, second), cut(second, first)];
}
