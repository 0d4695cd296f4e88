import { type ReactNode, useId } from "react";
import css from "./field.module.css";

/** A field with its label above, a hint or what is wrong with it below. */
export function Field({
  label,
  hint,
  wrong,
  children,
}: {
  label: ReactNode;
  hint?: ReactNode;
  /** Said aloud and shown in red in place of the hint. */
  wrong?: ReactNode;
  /** The control, given the id that the label is for and the id that describes it. */
  children: (id: string, described: string) => ReactNode;
}) {
  const id = useId();
  return (
    <div className={css.field}>
      <label htmlFor={id}>{label}</label>
      {children(id, `${id}-more`)}
      <p id={`${id}-more`} className={wrong ? css.wrong : css.hint} aria-live="polite">
        {wrong || hint}
      </p>
    </div>
  );
}
