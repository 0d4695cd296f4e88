import { Link, useRouteError } from "react-router";
import css from "./missing.module.css";
import { useAppTexts } from "./texts.ts";

/** An address that leads nowhere. */
export function Missing() {
  const t = useAppTexts();
  return (
    <section className={css.page}>
      <h1>{t("missing.title")}</h1>
      <p>{t("missing.text")}</p>
      <p>
        <Link to="/">{t("missing.home")}</Link> <Link to="/desk">{t("missing.desk")}</Link>
      </p>
    </section>
  );
}

/** A page that broke: nothing typed is lost, since drafts are kept by the browser. */
export function Broken() {
  const t = useAppTexts();
  const error = useRouteError();
  return (
    <section className={css.page} role="alert">
      <h1>{t("broken.title")}</h1>
      <p>{t("broken.text")}</p>
      <p>
        <button type="button" className={css.again} onClick={() => window.location.reload()}>
          {t("broken.again")}
        </button>
      </p>
      <p className="code">{error instanceof Error ? error.message : String(error)}</p>
    </section>
  );
}
