import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { timeInTable } from "../../parts/dates.ts";
import type { Figure } from "../../parts/proof/figure.ts";
import { FigureTable } from "./FigureTable.tsx";
import type { Project } from "./figures.ts";
import css from "./portal.module.css";
import { isKey, useDisclosureTexts } from "./texts.ts";

/** What was asked for, and what each level answered. */
export function Reviews({ project }: { project: Project }) {
  const t = useDisclosureTexts();
  const shown = [...project.requests, ...project.approvals].toSorted(
    (one, other) => one.year - other.year || one.number - other.number,
  );
  return (
    <section className={css.block}>
      <h2>{t("review.title")}</h2>
      <p className={css.note}>{t("review.text")}</p>
      <FigureTable
        figures={shown}
        caption={t("review.title")}
        more={(figure) => <Steps figure={figure} />}
      />
    </section>
  );
}

function Steps({ figure }: { figure: Figure }) {
  const t = useDisclosureTexts();
  const names = useNames();
  const offsetS = useLedger()?.offset_s ?? 0;
  if (!figure.steps.length) return null;
  return (
    <ol className={css.steps}>
      {figure.steps.map((step) => {
        const answer = `answer.${step.answer}`;
        return (
          <li key={`${step.at_ms}${step.answer}`}>
            {timeInTable(step.at_ms, offsetS)} {names.organisation(step.organisation)}{" "}
            {isKey(answer) ? t(answer) : step.answer}
          </li>
        );
      })}
    </ol>
  );
}
