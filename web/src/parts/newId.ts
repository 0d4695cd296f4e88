/** An id for something new that nobody types: a letter, and what no other thing is called. */
export function newId(prefix: string): string {
  return `${prefix}-${crypto.randomUUID().slice(0, 13)}`;
}
