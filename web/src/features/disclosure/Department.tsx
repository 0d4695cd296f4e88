import { Link, useParams } from "react-router";
import { useNames } from "../../api/names.ts";
import { useInLanguage } from "../../i18n/texts.ts";
import type { Figure } from "../../parts/proof/figure.ts";
import { ProofPage } from "../../parts/proof/ProofPage.tsx";
import { useTitle } from "../../parts/title.ts";
import { FigureFact } from "./FigureFact.tsx";
import { ofKind, yearsOf } from "./figures.ts";
import { Agreements } from "./Papers.tsx";
import css from "./portal.module.css";
import { Reading } from "./Reading.tsx";
import { Register } from "./Register.tsx";
import { useDepartmentOf, useFigures, useProjects } from "./reading.ts";
import { useDisclosureTexts } from "./texts.ts";

/** An organisation: its budgets and payments, its projects, and its register of publications. */
export function Component() {
  const t = useDisclosureTexts();
  const names = useNames();
  const { id = "" } = useParams();
  const of = useFigures();
  const isKnown = names.find(id) !== undefined;
  useTitle(isKnown ? names.organisation(id) : t("departments.title"));
  return (
    <ProofPage figures={of.figures}>
      <Reading of={of}>
        {isKnown || names.all.length === 0 ? (
          <Organisation id={id} figures={of.figures} />
        ) : (
          <section className={css.block}>
            <h1>{t("department.missing")}</h1>
            <p>{t("department.missing.text")}</p>
            <p>
              <Link to="/departments">{t("department.all")}</Link>
            </p>
          </section>
        )}
      </Reading>
    </ProofPage>
  );
}

function Organisation({ id, figures }: { id: string; figures: readonly Figure[] }) {
  const t = useDisclosureTexts();
  const inLanguage = useInLanguage();
  const names = useNames();
  const departmentOf = useDepartmentOf();
  const own = figures.filter((each) => each.organisation === id);
  const isMine = (unit: string): boolean => unit === id || departmentOf(unit) === id;
  const projects = useProjects(figures).filter((each) => isMine(each.unit));
  const units = names.all.filter((each) => each.parent === id);
  const isUnit = names.kind(id) === "unit";
  const ofYear = (year: number, kind: string) =>
    ofKind(figures, kind).filter(
      (each) =>
        each.year === year &&
        (kind === "payment" ? isMine(each.organisation) : each.organisation === id),
    );
  return (
    <>
      <section className={css.top}>
        <h1>{names.organisation(id)}</h1>
        <p>
          {t("department.sentence", {
            parent: names.organisation(names.find(id)?.parent) || "—",
            count: own.length,
          })}
        </p>
        {yearsOf(own).map((year) => (
          <div key={year} className={css.facts}>
            <FigureFact title={t("department.budget", { year })} of={ofYear(year, "budget")} />
            {names.kind(id) !== "finance_bureau" && (
              <FigureFact title={t("department.paid", { year })} of={ofYear(year, "payment")} />
            )}
          </div>
        ))}
      </section>
      {projects.length > 0 && (
        <section className={css.block}>
          <h2>{t("department.projects")}</h2>
          <ul className={css.list}>
            {projects.map((each) => (
              <li key={each.id}>
                <Link to={`/project/${each.id}`}>{inLanguage(each.title_zh, each.title_en)}</Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {units.length > 0 && (
        <section className={css.block}>
          <h2>{t("department.units")}</h2>
          <ul className={css.list}>
            {units.map((each) => (
              <li key={each.id}>
                <Link to={`/department/${each.id}`}>{names.organisation(each.id)}</Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Register organisation={id} figures={own} />
      {isUnit && <Agreements unit={id} />}
    </>
  );
}
