import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect, useState } from "react";
import { Link, type Location, NavLink, Outlet, ScrollRestoration } from "react-router";
import { ledgerFacts } from "../api/ledger.ts";
import { useNames } from "../api/names.ts";
import { sandboxFacts } from "../api/sandbox.ts";
import { useLeftBehind } from "../api/session.ts";
import { useRows } from "../api/views.ts";
import { setLanguage, useLanguage } from "../i18n/texts.ts";
import { Brand } from "../parts/Brand.tsx";
import { menu } from "./feature.ts";
import { Strip } from "./Strip.tsx";
import { useSettings } from "./settings.tsx";
import css from "./shell.module.css";
import { useAppTexts } from "./texts.ts";

/** A page opened anew has no key of its own: it keeps its place by its address, not another's. */
const placeOf = ({ key, pathname }: Location): string => (key === "default" ? pathname : key);

const WAIT_MS = 1_000;

/**
 * Whether it is known what the head says. Until then nothing is drawn that it would push down; a
 * server that does not answer keeps the page from its reader for a second at most.
 */
function useHeadIsKnown(): boolean {
  const ledger = useQuery(ledgerFacts);
  const isSandbox = ledger.data?.sandbox === true;
  const sandbox = useQuery({ ...sandboxFacts, enabled: isSandbox });
  const organisations = useRows("identity_organisations");
  const [isOver, setOver] = useState(false);
  const said = isSandbox ? [sandbox, organisations] : [ledger, organisations];
  const isKnown = said.every((each) => each.data !== undefined || each.failureCount > 0);
  useEffect(() => {
    if (isKnown) setOver(true);
    const waiting = setTimeout(() => setOver(true), WAIT_MS);
    return () => clearTimeout(waiting);
  }, [isKnown]);
  return isKnown || isOver;
}

/** The shell of what everybody may read. It loads no Ant Design. */
export function Portal() {
  const t = useAppTexts();
  const language = useLanguage();
  const names = useNames();
  const { isLarge, setLarge } = useSettings();
  useLeftBehind();
  const isHeadKnown = useHeadIsKnown();
  const government = names.all.find((each) => each.organisation_kind === "government");
  const titled = menu.filter((each) => !each.path.startsWith("/desk"));
  if (!isHeadKnown) return null;
  return (
    <div className={css.portal}>
      <a className={css.skip} href="#content">
        {t("toContent")}
      </a>
      <Strip wide={false} />
      <header className={css.portalHead}>
        <div className={css.portalWidth}>
          <Link to="/" className={css.home}>
            <Brand />
            <span className={css.place}>
              {names.organisation(government?.id)} {t("place.public")}
            </span>
          </Link>
          <nav aria-label={t("menu")} className={css.portalMenu}>
            {titled.map((each) => (
              <NavLink key={each.path} to={each.path} end={each.path === "/"}>
                {each.title[language === "en" ? 1 : 0]}
              </NavLink>
            ))}
          </nav>
          <div className={`${css.portalMenu} ${css.portalTools}`}>
            <NavLink to="/enter">{t("signIn")}</NavLink>
            <button type="button" onClick={() => setLarge(!isLarge)}>
              {t(isLarge ? "large.off" : "large")}
            </button>
            <button
              type="button"
              lang={language === "en" ? "zh-CN" : "en"}
              onClick={() => void setLanguage(language === "en" ? "zh-CN" : "en")}
            >
              {t("language")}
            </button>
          </div>
        </div>
      </header>
      <main id="content" className={css.portalMain} tabIndex={-1}>
        <Suspense fallback={null}>
          <Outlet />
        </Suspense>
      </main>
      <footer className={css.foot}>
        <div className={css.portalWidth}>
          <p>{t("foot.root")}</p>
          <p>
            <a href="/openapi.json">{t("foot.api")}</a>
          </p>
        </div>
      </footer>
      <ScrollRestoration getKey={placeOf} />
    </div>
  );
}
