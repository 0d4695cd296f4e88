import type { ReactNode } from "react";
import { useDeskTexts } from "./texts.ts";
import css from "./timeline.module.css";

export interface Moment {
  key: string;
  /** Done, now, ahead, refused, or a proof that failed. */
  state: "done" | "now" | "ahead" | "refused" | "unproven";
  what: ReactNode;
  /** Who, when, page. */
  more?: ReactNode;
}

/** 经过: newest first, one mark a moment. */
export function Timeline({ moments }: { moments: readonly Moment[] }) {
  const t = useDeskTexts();
  return (
    <ol className={css.timeline} aria-label={t("timeline")}>
      {moments.map((each) => (
        <li key={each.key} className={css[each.state]}>
          <div>{each.what}</div>
          {each.more && <small>{each.more}</small>}
        </li>
      ))}
    </ol>
  );
}
