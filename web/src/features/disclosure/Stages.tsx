import { useLedger } from "../../api/ledger.ts";
import { dateInTable, dayInTable } from "../../parts/dates.ts";
import type { Figure } from "../../parts/proof/figure.ts";
import { ofKind, type Project, paidMs } from "./figures.ts";
import css from "./portal.module.css";
import { isKey, useDisclosureTexts } from "./texts.ts";

interface Stage {
  title: string;
  date: string;
}

/** How far a project has come, by the dates that published figures hold; the newest year first. */
export function Stages({ project, figures }: { project: Project; figures: readonly Figure[] }) {
  const t = useDisclosureTexts();
  const years = [...new Set(project.requests.map((each) => each.year))].toSorted((a, b) => b - a);
  return (
    <section className={css.block}>
      <h2>{t("stage.title")}</h2>
      <p className={css.note}>{t("stage.text")}</p>
      {years.map((year) => (
        <StageLine key={year} project={project} figures={figures} year={year} />
      ))}
    </section>
  );
}

function StageLine({
  project,
  figures,
  year,
}: {
  project: Project;
  figures: readonly Figure[];
  year: number;
}) {
  const t = useDisclosureTexts();
  const offsetS = useLedger()?.offset_s ?? 0;
  const ofYear = (list: readonly Figure[]) => list.filter((each) => each.year === year);
  const budgets = ofYear(ofKind(figures, "budget"));
  const stages: Stage[] = [];
  const approved = ofYear(project.approvals).flatMap((each) =>
    each.steps.filter((step) => step.answer === "approve"),
  );
  for (const step of approved) {
    const level = `level.${step.level}`;
    stages.push({
      title: t("stage.review", {
        level: isKey(level) ? t(level) : step.level,
        answer: t("answer.approve"),
      }),
      date: dateInTable(step.at_ms, offsetS),
    });
  }
  const add = (title: string, day: number | null | undefined) => {
    if (typeof day === "number") stages.push({ title, date: dayInTable(day) });
  };
  const issued = (level: string) => budgets.find((each) => each.level === level)?.day;
  const unit = ofYear(project.budgets).find((each) => each.level === "unit");
  add(t("stage.vote"), issued("government"));
  add(t("stage.issue"), issued("department"));
  add(t("stage.handed"), unit?.day);
  const paid = ofYear(project.payments);
  const [first, last] = [paid[0], paid.at(-1)];
  if (first) stages.push({ title: t("stage.first"), date: dateInTable(paidMs(first), 0) });
  if (last && last !== first) {
    stages.push({ title: t("stage.last"), date: dateInTable(paidMs(last), 0) });
  }
  return (
    <>
      <h3 className={css.year}>{year}</h3>
      <ol className={css.stages}>
        {stages
          .toSorted((one, other) => one.date.localeCompare(other.date))
          .map((each) => (
            <li key={each.title}>
              {each.title}
              <time dateTime={each.date}>{each.date}</time>
            </li>
          ))}
      </ol>
    </>
  );
}
