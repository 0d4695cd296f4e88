import { useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import css from "./grid.module.css";

/** One entry of a tree, in the tree's order. */
export interface Choice {
  value: string;
  label: string;
  /** Its parent's value. */
  parent?: string;
}

const SHOWN_MAX = 120;
const BELOW_MIN = 240;

/** Entries that match by code or words, with the entries above them; all while nothing is typed. */
export function found(choices: readonly Choice[], typed: string): readonly Choice[] {
  const text = typed.trim().normalize("NFKC").toLowerCase();
  if (!text) return choices.slice(0, SHOWN_MAX);
  const isHit = (each: Choice) =>
    each.value.toLowerCase().startsWith(text) || each.label.toLowerCase().includes(text);
  const parents = new Map(choices.map((each) => [each.value, each.parent]));
  const kept = new Set<string>();
  for (const each of choices.filter(isHit).slice(0, SHOWN_MAX)) {
    let at: string | undefined = each.value;
    while (at && !kept.has(at)) {
      kept.add(at);
      at = parents.get(at);
    }
  }
  return choices.filter((each) => kept.has(each.value));
}

/** How deep an entry stands in its tree. */
function depthOf(choices: readonly Choice[]): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  for (const each of choices)
    depths.set(each.value, each.parent ? (depths.get(each.parent) ?? 0) + 1 : 0);
  return depths;
}

/** What typed text stands for: an entry's value by code or exact words, else the text itself. */
export function meant(choices: readonly Choice[], typed: string): string {
  const text = typed.trim().normalize("NFKC");
  return choices.find((each) => each.value === text || each.label === text)?.value ?? text;
}

interface PickerProps {
  name: string;
  choices: readonly Choice[];
  start: string;
  /** `move` says where to go on: down after Enter, right after Tab. */
  take: (value: string, move: "down" | "right" | "left" | "stay") => void;
  leave: () => void;
}

/** A combobox over a tree: codes or words are typed, arrows choose, Enter takes. */
export function Picker({ name, choices, start, take, leave }: PickerProps) {
  const [typed, setTyped] = useState(start);
  const [at, setAt] = useState(-1);
  const [place, setPlace] = useState({ left: 0, top: 0, isAbove: false });
  const field = useRef<HTMLInputElement>(null);
  const list = useId();
  const shown = useMemo(
    () => found(choices, typed === start ? "" : typed),
    [choices, typed, start],
  );
  const depths = useMemo(() => depthOf(choices), [choices]);
  useLayoutEffect(() => {
    const box = field.current?.getBoundingClientRect();
    if (!box) return;
    field.current?.focus();
    const isAbove = window.innerHeight - box.bottom < BELOW_MIN;
    const left = Math.max(8, Math.min(box.left, window.innerWidth - 328));
    setPlace({ left, top: isAbove ? window.innerHeight - box.top : box.bottom, isAbove });
  }, []);
  useLayoutEffect(() => {
    document.getElementById(`${list}-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at, list]);
  const value = () => shown[at]?.value ?? meant(choices, typed);
  return (
    <>
      <input
        ref={field}
        role="combobox"
        aria-label={name}
        aria-expanded={shown.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        {...(at >= 0 && { "aria-activedescendant": `${list}-${at}` })}
        className={css.editor}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(event.target.value.trim() ? firstHit(choices, event.target.value) : -1);
        }}
        onBlur={() => take(value(), "stay")}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
          if (step !== undefined) setAt(Math.max(0, Math.min(shown.length - 1, at + step)));
          else if (event.key === "Enter") take(value(), "down");
          else if (event.key === "Tab") take(value(), event.shiftKey ? "left" : "right");
          else if (event.key === "Escape") leave();
          else {
            event.stopPropagation();
            return;
          }
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {shown.length > 0 && (
        <div
          id={list}
          role="listbox"
          aria-label={name}
          className={css.list}
          style={
            place.isAbove
              ? { left: place.left, bottom: place.top }
              : { left: place.left, top: place.top }
          }
        >
          {shown.map((each, index) => (
            <div
              key={each.value}
              id={`${list}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              className={css[`depth${Math.min(2, depths.get(each.value) ?? 0)}`] ?? ""}
              onMouseDown={(event) => {
                event.preventDefault();
                take(each.value, "stay");
              }}
            >
              <span>{each.value}</span> {each.label}
            </div>
          ))}
        </div>
      )}
    </>
  );
}

/** Place of the first entry that itself matches, not only one below it. */
function firstHit(choices: readonly Choice[], typed: string): number {
  const text = typed.trim().normalize("NFKC").toLowerCase();
  return found(choices, typed).findIndex(
    (each) => each.value.toLowerCase().startsWith(text) || each.label.toLowerCase().includes(text),
  );
}
