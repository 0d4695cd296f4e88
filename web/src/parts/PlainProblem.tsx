import { Problem } from "../api/client.ts";
import { useInLanguage } from "../i18n/texts.ts";
import css from "./problem.module.css";
import { usePartTexts } from "./texts.ts";

/** What went wrong and what to do, in a few lines; nothing where there is no problem. */
export function PlainProblem({ problem }: { problem: unknown }) {
  const t = usePartTexts();
  const inLanguage = useInLanguage();
  if (problem === null || problem === undefined) return null;
  if (!(problem instanceof Problem)) {
    return (
      <div role="alert" className={css.problem}>
        <strong>{t("unreachable")}</strong>
        <p>{t("unreachable.do")}</p>
      </div>
    );
  }
  return (
    <div role="alert" className={css.problem}>
      <strong>{inLanguage(problem.title_zh, problem.title_en)}</strong>
      <p>{inLanguage(problem.detail_zh, problem.detail_en)}</p>
      <small>{problem.code}</small>
    </div>
  );
}
