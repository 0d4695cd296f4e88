/** An id for something new that nobody types: a letter, and what no other thing is called. */
export function newId(prefix: string): string {
  const random = [...crypto.getRandomValues(new Uint8Array(6))];
  return `${prefix}-${random.map((each) => each.toString(16).padStart(2, "0")).join("")}`;
}
