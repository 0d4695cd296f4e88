import type { ReactNode } from "react";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import css from "./portal.module.css";
import type { Figures } from "./reading.ts";
import { useDisclosureTexts } from "./texts.ts";

/** A page's figures, or a skeleton of its height, or what went wrong. */
export function Reading({ of, children }: { of: Figures; children: ReactNode }) {
  const t = useDisclosureTexts();
  if (of.isReady) {
    return (
      <>
        {of.repeated > 0 && (
          <p role="alert" className={css.hole}>
            {t("repeated", { count: of.repeated })}
          </p>
        )}
        {children}
      </>
    );
  }
  if (of.problem) return <PlainProblem problem={of.problem} />;
  return (
    <div className={css.skeleton} role="status">
      <span className="only-read-aloud">{t("loading")}</span>
      <i />
      <i />
      <i />
    </div>
  );
}
