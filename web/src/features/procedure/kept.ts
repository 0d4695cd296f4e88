import { useState } from "react";
import { useOwn } from "../../app/acting.ts";

/** The person's text, which outlives a reload; an empty one is forgotten. */
export function useKept(name: string): [string, (text: string) => void] {
  const kept = useOwn(name);
  const [text, setText] = useState(() => localStorage.getItem(kept) ?? "");
  return [
    text,
    (next) => {
      setText(next);
      if (next) localStorage.setItem(kept, next);
      else localStorage.removeItem(kept);
    },
  ];
}
