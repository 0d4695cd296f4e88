/** What a refusal tells, with names in the place of ids. */

const WORD = "[a-z0-9._-]";
/** A cell, `line:nature:source:year:vintage`: its words begin with its line. */
const CELL = /^(?:funds\/cell\/)?([a-z0-9._-]+)(?::[A-Za-z0-9._-]+){2}(?::\d{4}){2}(?:=\d+)?$/;

/** Returns a text in which the ids among a refusal's facts stand as names. */
export function withNames(
  text: string,
  facts: Record<string, unknown>,
  named: (id: string) => string,
): string {
  const ids = Object.values(facts)
    .flat()
    .filter((each): each is string => typeof each === "string" && each !== "")
    .map((each) => CELL.exec(each)?.[1] ?? each);
  return ids
    .toSorted((a, b) => b.length - a.length)
    .reduce((told, id) => {
      const name = named(id);
      if (name === id) return told;
      const whole = id.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      return told.replace(new RegExp(`(?<!${WORD})${whole}(?!${WORD}|@)`, "gi"), () => name);
    }, text);
}
