import type { ReactNode } from "react";
import css from "./panel.module.css";

/** A sheet with a heading: what it is, how much of it, and where to see all of it. */
export function Panel({
  title,
  more,
  aside,
  children,
}: {
  title: ReactNode;
  more?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={css.panel}>
      <header>
        <h2>
          {title} {more && <span>{more}</span>}
        </h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** A page of the desk: heading, what can be done, content and, beside or below it, the aside. */
export function DeskPage({
  title,
  state,
  actions,
  aside,
  children,
}: {
  title: ReactNode;
  /** Below the title: of what, until when, in which state. */
  state?: ReactNode;
  actions?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <>
      <div className={css.head}>
        <div>
          <h1>{title}</h1>
          {state && <p>{state}</p>}
        </div>
        {actions && <div className={css.actions}>{actions}</div>}
      </div>
      <div className={aside ? css.withAside : css.alone}>
        <div className={css.column}>{children}</div>
        {aside && <aside className={css.column}>{aside}</aside>}
      </div>
    </>
  );
}
