/** Returns bytes in lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
}
