import type { ReactNode } from "react";
import css from "./facts.module.css";

/** A list of what is known of a thing; facts without a value are left out. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={css.facts}>{children}</dl>;
}

export function Fact({ name, children }: { name: ReactNode; children?: ReactNode }) {
  if (children === null || children === undefined || children === "" || children === false) {
    return null;
  }
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
