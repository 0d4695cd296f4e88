import { Link } from "react-router";
import { TrustForm } from "../../parts/proof/TrustForm.tsx";
import { TrustNow } from "../../parts/proof/TrustNow.tsx";
import { useTitle } from "../../parts/title.ts";
import { CheckBundle } from "./CheckBundle.tsx";
import { FindFile } from "./FindFile.tsx";
import css from "./portal.module.css";
import { useDisclosureTexts } from "./texts.ts";

/** What checking is, where it begins, and checks of what one brings along. */
export function Component() {
  const t = useDisclosureTexts();
  useTitle(t("verify.title"));
  return (
    <>
      <section className={css.top}>
        <h1>{t("verify.title")}</h1>
        <p className={css.lead}>{t("verify.text")}</p>
        <ol className={css.three}>
          {(["1", "2", "3"] as const).map((each) => (
            <li key={each}>
              <span className={css.numeral} aria-hidden="true">
                {t(`check.${each}.numeral`)}
              </span>
              <h2>{t(`verify.${each}`)}</h2>
              <p>{t(`verify.${each}.text`)}</p>
            </li>
          ))}
        </ol>
      </section>
      <section className={css.block}>
        <h2>{t("verify.root")}</h2>
        <div className={css.half}>
          <TrustNow />
          <TrustForm />
        </div>
        <p className={css.note}>
          {t("head.for")} <Link to="/verify/head">{t("head.title")}</Link>
        </p>
      </section>
      <div className={css.half}>
        <CheckBundle />
        <FindFile />
      </div>
    </>
  );
}
