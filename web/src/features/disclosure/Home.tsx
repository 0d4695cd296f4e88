import { Link, useSearchParams } from "react-router";
import { useInLanguage } from "../../i18n/texts.ts";
import { ProofPage } from "../../parts/proof/ProofPage.tsx";
import { useTitle } from "../../parts/title.ts";
import { Found } from "./Found.tsx";
import { Processes } from "./Processes.tsx";
import css from "./portal.module.css";
import { Reading } from "./Reading.tsx";
import { useFigures, useProjects } from "./reading.ts";
import { SearchField } from "./SearchField.tsx";
import { useDisclosureTexts } from "./texts.ts";
import { YearPicture } from "./YearPicture.tsx";

/** The first page of the public: promise, search, the year, what is under way, how to check. */
export function Component() {
  const t = useDisclosureTexts();
  const [query] = useSearchParams();
  const asked = (query.get("q") ?? "").trim();
  const of = useFigures();
  useTitle(asked ? t("found.title", { query: asked }) : t("title"));
  return (
    <ProofPage figures={of.figures}>
      <section className={css.hero}>
        <h1>{t("title")}</h1>
        <p className={css.lead}>{t("lead")}</p>
        <SearchField asked={asked} />
        <Often />
      </section>
      <Reading of={of}>
        {asked ? (
          <Found query={asked} figures={of.figures} />
        ) : (
          <YearPicture figures={of.figures} />
        )}
      </Reading>
      {!asked && (
        <>
          <Processes figures={of.figures} />
          <HowToCheck />
          <Doors />
        </>
      )}
    </ProofPage>
  );
}

function Often() {
  const t = useDisclosureTexts();
  const inLanguage = useInLanguage();
  const { figures } = useFigures();
  const projects = useProjects(figures).slice(0, 3);
  return (
    <p className={css.often}>
      <span>{t("often")}</span>
      {projects.map((each) => (
        <Link key={each.id} to={`/project/${each.id}`}>
          {inLanguage(each.title_zh, each.title_en)}
        </Link>
      ))}
      <Link to="/departments">{t("departments.title")}</Link>
    </p>
  );
}

function HowToCheck() {
  const t = useDisclosureTexts();
  return (
    <section className={css.block}>
      <h2>{t("check.title")}</h2>
      <ol className={css.three}>
        {(["1", "2", "3"] as const).map((each) => (
          <li key={each}>
            <span className={css.numeral} aria-hidden="true">
              {t(`check.${each}.numeral`)}
            </span>
            <h3>{t(`check.${each}`)}</h3>
            <p>{t(`check.${each}.text`)}</p>
          </li>
        ))}
      </ol>
      <p>
        <Link to="/verify">{t("check.start")}</Link>
      </p>
    </section>
  );
}

function Doors() {
  const t = useDisclosureTexts();
  return (
    <nav className={css.doors} aria-label={t("doors")}>
      <Link to="/departments">
        <strong>{t("menuDepartments")}</strong>
        <span>{t("door.departments")}</span>
      </Link>
      <Link to="/projects">
        <strong>{t("menuProjects")}</strong>
        <span>{t("door.projects")}</span>
      </Link>
      <Link to="/payments">
        <strong>{t("menuPayments")}</strong>
        <span>{t("door.payments")}</span>
      </Link>
      <Link to="/verify">
        <strong>{t("menuVerify")}</strong>
        <span>{t("door.verify")}</span>
      </Link>
      <a href="/api/views">
        <strong>{t("door.data")}</strong>
        <span>{t("door.data.text")}</span>
      </a>
    </nav>
  );
}
