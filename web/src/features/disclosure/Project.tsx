import { useMemo } from "react";
import { Link, useParams } from "react-router";
import { useNames } from "../../api/names.ts";
import { useInLanguage } from "../../i18n/texts.ts";
import { Chart } from "../../parts/charts/Chart.tsx";
import { Steps } from "../../parts/charts/Steps.tsx";
import { dateInTable } from "../../parts/dates.ts";
import type { Figure } from "../../parts/proof/figure.ts";
import { ProofPage } from "../../parts/proof/ProofPage.tsx";
import { useTitle } from "../../parts/title.ts";
import { FigureFact } from "./FigureFact.tsx";
import { FigureTable } from "./FigureTable.tsx";
import { cumulated, type Project } from "./figures.ts";
import { Agreements, Documents } from "./Papers.tsx";
import css from "./portal.module.css";
import { Reading } from "./Reading.tsx";
import { Reviews } from "./Reviews.tsx";
import { useDepartmentOf, useFigures, useProjects } from "./reading.ts";
import { Stages } from "./Stages.tsx";
import { useDisclosureTexts } from "./texts.ts";

const DAY_MS = 86_400_000;
const HEIGHT_PX = 300;

/** A project: what it was to cost, what was paid, how far it is; each figure to be checked. */
export function Component() {
  const t = useDisclosureTexts();
  const inLanguage = useInLanguage();
  const { id } = useParams();
  const of = useFigures();
  const project = useProjects(of.figures).find((each) => each.id === id);
  useTitle(project ? inLanguage(project.title_zh, project.title_en) : t("projects.title"));
  return (
    <ProofPage figures={of.figures}>
      <Reading of={of}>
        {project ? <Found project={project} figures={of.figures} /> : <Missing />}
      </Reading>
    </ProofPage>
  );
}

function Missing() {
  const t = useDisclosureTexts();
  return (
    <section className={css.block}>
      <h1>{t("project.missing")}</h1>
      <p>{t("project.missing.text")}</p>
      <p>
        <Link to="/projects">{t("project.all")}</Link>
      </p>
    </section>
  );
}

function yearsIn(figures: readonly Figure[]): string {
  const years = [...new Set(figures.map((each) => each.year))].toSorted();
  const [first, last] = [years[0], years.at(-1)];
  return first === last ? `${first ?? ""}` : `${first}–${last}`;
}

function Found({ project, figures }: { project: Project; figures: readonly Figure[] }) {
  const t = useDisclosureTexts();
  const inLanguage = useInLanguage();
  const names = useNames();
  const departmentOf = useDepartmentOf();
  const department = departmentOf(project.unit);
  const first = project.requests.toSorted((one, other) => one.year - other.year).slice(0, 1);
  const all = [
    ...project.requests,
    ...project.approvals,
    ...project.budgets,
    ...project.payments,
    ...project.accountability,
  ];
  return (
    <>
      <section className={css.top}>
        <p className={css.crumbs}>
          <Link to={`/department/${department}`}>{names.organisation(department)}</Link> ／{" "}
          <Link to={`/department/${project.unit}`}>{names.organisation(project.unit)}</Link>
        </p>
        <h1>{inLanguage(project.title_zh, project.title_en)}</h1>
        <p>
          {t("project.sentence", {
            unit: names.organisation(project.unit),
            department: names.organisation(department),
            count: all.length,
          })}
        </p>
        <div className={css.facts}>
          <FigureFact title={t("fact.asked")} of={first} />
          <FigureFact
            title={t("fact.approved", { years: yearsIn(project.approvals) })}
            of={project.approvals}
          />
          <FigureFact
            title={t("fact.budget", { years: yearsIn(project.budgets) })}
            of={project.budgets}
          />
          <FigureFact
            title={t("fact.paid")}
            of={project.payments}
            note={t("year.count", { count: project.payments.length })}
          />
        </div>
      </section>
      <Stages project={project} figures={figures} />
      <Speed project={project} />
      <section className={css.block}>
        <h2>{t("paid.title")}</h2>
        {project.payments.length ? (
          <>
            <p className={css.note}>{t("paid.text", { count: project.payments.length })}</p>
            <FigureTable figures={project.payments} caption={t("paid.title")} withSum />
          </>
        ) : (
          <p>{t("paid.none")}</p>
        )}
        <p className={css.note}>{t("paid.payee")}</p>
        {project.shared.length > 0 && (
          <p className={css.note}>{t("paid.shared", { titles: project.shared.join("、") })}</p>
        )}
      </section>
      <Reviews project={project} />
      {project.accountability.length > 0 && (
        <section className={css.block}>
          <h2>{t("accountability.title")}</h2>
          <p className={css.note}>{t("accountability.text")}</p>
          <FigureTable figures={project.accountability} caption={t("accountability.title")} />
        </section>
      )}
      <Agreements unit={project.unit} />
      <Documents unit={project.unit} years={project.requests.map((each) => each.year)} />
    </>
  );
}

/** Paid up to each day, against the budgets as they were issued. */
function Speed({ project }: { project: Project }) {
  const t = useDisclosureTexts();
  const names = useNames();
  const shown = useMemo(() => {
    const paid = cumulated(project.payments);
    let issued_fen = 0;
    const plan = project.budgets
      .toSorted((one, other) => (one.day ?? 0) - (other.day ?? 0))
      .map((each) => {
        issued_fen += each.amount_fen;
        return { atMs: (each.day ?? 0) * DAY_MS, amount_fen: issued_fen };
      });
    const lastMs = Math.max(0, ...[...paid, ...plan].map((each) => each.atMs));
    const upToLast = (steps: typeof paid) => {
      const last = steps.at(-1);
      return last && last.atMs < lastMs ? [...steps, { ...last, atMs: lastMs }] : steps;
    };
    const start = { atMs: plan[0]?.atMs ?? paid[0]?.atMs ?? 0, amount_fen: 0 };
    return { paid, line: upToLast([start, ...paid]), plan: upToLast(plan) };
  }, [project]);
  if (!project.payments.length) return null;
  return (
    <section className={css.block}>
      <h2>{t("speed.title")}</h2>
      <Chart
        title={t("speed.title")}
        subtitle={t("speed.text")}
        place={names.organisation(project.unit)}
        draw={(width) => (
          <Steps
            paid={shown.line}
            plan={shown.plan}
            names={{ paid: t("speed.paid"), plan: t("speed.plan") }}
            width={width}
            height={HEIGHT_PX}
          />
        )}
        heightPx={HEIGHT_PX}
        table={{
          columns: [
            { title: t("column.date"), kind: "text" },
            { title: t("column.sum"), kind: "fen" },
          ],
          rows: shown.paid.map((each) => [dateInTable(each.atMs, 0), each.amount_fen]),
        }}
      />
    </section>
  );
}
