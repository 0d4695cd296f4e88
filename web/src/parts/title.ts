import { useEffect } from "react";

/** Sets the page's title: what it is of, and its state. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · 明账` : "明账";
  }, [title]);
}
