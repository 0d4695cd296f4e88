import { Link } from "react-router";
import { useNames } from "../../api/names.ts";
import { useInLanguage } from "../../i18n/texts.ts";
import { Money } from "../../parts/Money.tsx";
import { SumBadge } from "../../parts/proof/ProofBadge.tsx";
import { ProofPage } from "../../parts/proof/ProofPage.tsx";
import { useTitle } from "../../parts/title.ts";
import { sumOf } from "./figures.ts";
import css from "./portal.module.css";
import { Reading } from "./Reading.tsx";
import { useFigures, useProjects } from "./reading.ts";
import { SearchField } from "./SearchField.tsx";
import { useDisclosureTexts } from "./texts.ts";

/** All projects of which something is public. */
export function Component() {
  const t = useDisclosureTexts();
  const inLanguage = useInLanguage();
  const names = useNames();
  const of = useFigures();
  const projects = useProjects(of.figures);
  useTitle(t("projects.title"));
  return (
    <ProofPage figures={of.figures}>
      <section className={css.block}>
        <h1>{t("projects.title")}</h1>
        <SearchField asked="" />
        <Reading of={of}>
          <p>
            {projects.length ? t("projects.text", { count: projects.length }) : t("projects.none")}
          </p>
          <ul className={css.list}>
            {projects.map((each) => (
              <li key={each.id}>
                <div>
                  <Link to={`/project/${each.id}`}>{inLanguage(each.title_zh, each.title_en)}</Link>
                  <span className={css.note}>{names.organisation(each.unit)}</span>
                </div>
                <div>
                  <span className={css.note}>{t("fact.paid")}</span>
                  <Money fen={sumOf(each.payments)} unit="yuan" /> {t("yuan")}
                </div>
                <SumBadge figures={each.payments} />
              </li>
            ))}
          </ul>
        </Reading>
      </section>
    </ProofPage>
  );
}
