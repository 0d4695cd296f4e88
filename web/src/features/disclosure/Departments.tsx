import { Link } from "react-router";
import { useNames } from "../../api/names.ts";
import { OfficeSeal } from "../../parts/Brand.tsx";
import { useTitle } from "../../parts/title.ts";
import css from "./portal.module.css";
import { Reading } from "./Reading.tsx";
import { useFigures } from "./reading.ts";
import { SearchField } from "./SearchField.tsx";
import { useDisclosureTexts } from "./texts.ts";

const SHOWN = ["government", "finance_bureau", "department", "unit"];

/** Who publishes: government, departments and units, each with how much it has published. */
export function Component() {
  const t = useDisclosureTexts();
  const names = useNames();
  const of = useFigures();
  useTitle(t("departments.title"));
  const shown = names.all
    .filter((each) => SHOWN.includes(each.organisation_kind ?? ""))
    .toSorted(
      (one, other) =>
        SHOWN.indexOf(one.organisation_kind ?? "") - SHOWN.indexOf(other.organisation_kind ?? ""),
    );
  return (
    <section className={css.block}>
      <h1>{t("departments.title")}</h1>
      <SearchField asked="" />
      <Reading of={of}>
        <p>{t("departments.text", { count: shown.length })}</p>
        <ul className={css.list}>
          {shown.map((each) => {
            const count = of.figures.filter((figure) => figure.organisation === each.id).length;
            return (
              <li key={each.id}>
                <div className={css.office}>
                  <OfficeSeal of={names.character(each.id)} />
                  <span>
                    <Link to={`/department/${each.id}`}>{names.organisation(each.id)}</Link>
                    <span className={css.note}>{names.organisation(each.parent)}</span>
                  </span>
                </div>
                <span className={css.note}>
                  {count ? t("departments.published", { count }) : t("departments.nothing")}
                </span>
              </li>
            );
          })}
        </ul>
      </Reading>
    </section>
  );
}
