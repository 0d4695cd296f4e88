import { ConfigProvider, Segmented, Select } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { Suspense, useEffect, useRef, useState } from "react";
import { Link, Navigate, NavLink, Outlet, ScrollRestoration, useLocation } from "react-router";
import { useLedger, usePulse } from "../api/ledger.ts";
import { useNames } from "../api/names.ts";
import { lastPerson, type Session, useSession, useSignIn } from "../api/session.ts";
import { Outcome } from "../desk/Outcome.tsx";
import { setLanguage, useLanguage } from "../i18n/texts.ts";
import type { Unit } from "../parts/amounts.ts";
import { Brand, OfficeSeal } from "../parts/Brand.tsx";
import { antdTheme } from "../theme/antd.ts";
import { ActingContext, useRoles } from "./acting.ts";
import { menu } from "./feature.ts";
import { Search } from "./Search.tsx";
import { SignInAgain } from "./SignInAgain.tsx";
import { Strip } from "./Strip.tsx";
import { useSettings } from "./settings.tsx";
import css from "./shell.module.css";
import { useAppTexts } from "./texts.ts";

/** The shell of those who work: behind the sign-in. */
export function Component() {
  const session = useSession();
  const language = useLanguage();
  const { isLarge } = useSettings();
  const { pathname, search } = useLocation();
  const hasWorked = useRef(false);
  if (session === undefined) return null;
  if (session === null) {
    // Who signed out leaves nothing behind; an address that was opened waits for its sign-in.
    const from = hasWorked.current ? null : { from: pathname + search, person: lastPerson() };
    return <Navigate to="/enter" replace state={from} />;
  }
  hasWorked.current = true;
  return (
    <ConfigProvider
      theme={antdTheme(isLarge)}
      locale={language === "en" ? enUS : zhCN}
      button={{ autoInsertSpace: false }}
    >
      <ActingContext.Provider value={session}>
        <Frame key={session.person} session={session} />
      </ActingContext.Provider>
    </ConfigProvider>
  );
}

function Frame({ session }: { session: Session }) {
  const t = useAppTexts();
  const [isOpen, setOpen] = useState(false);
  const location = useLocation();
  const content = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes whenever the page changes
  useEffect(() => setOpen(false), [location.pathname]);
  return (
    <div className={css.desk}>
      <a className={css.skip} href="#content">
        {t("toContent")}
      </a>
      <Strip wide />
      <Head session={session} isOpen={isOpen} toggle={() => setOpen(!isOpen)} />
      <div className={css.body}>
        <Rail isOpen={isOpen} />
        <main id="content" ref={content} className={css.deskMain} tabIndex={-1}>
          <Suspense fallback={null}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <Outcome />
      <SignInAgain session={session} />
      <ScrollRestoration />
    </div>
  );
}

function Head({
  session,
  isOpen,
  toggle,
}: {
  session: Session;
  isOpen: boolean;
  toggle: () => void;
}) {
  const t = useAppTexts();
  const names = useNames();
  const language = useLanguage();
  const { isLarge, setLarge, unit, setUnit } = useSettings();
  const { signOut, actFor } = useSignIn();
  const [organisation = ""] = session.acting.split("/");
  const units: Unit[] = ["yuan", "wan", "yi"];
  return (
    <header className={css.deskHead}>
      <button type="button" className={css.burger} aria-expanded={isOpen} onClick={toggle}>
        {t("menu.open")}
      </button>
      <Link to="/desk" className={css.home}>
        <Brand />
      </Link>
      <span className={css.place}>{names.organisation(organisation)}</span>
      <Search />
      <span className={css.spring} />
      <button type="button" className={css.plain} onClick={() => setLarge(!isLarge)}>
        {t(isLarge ? "large.off" : "large")}
      </button>
      <button
        type="button"
        className={css.plain}
        lang={language === "en" ? "zh-CN" : "en"}
        onClick={() => void setLanguage(language === "en" ? "zh-CN" : "en")}
      >
        {t("language")}
      </button>
      <Segmented<Unit>
        aria-label={t("unit")}
        value={unit}
        onChange={setUnit}
        options={units.map((each) => ({ value: each, label: t(`unit.${each}`) }))}
      />
      <span className={css.who}>
        <OfficeSeal of={names.character(organisation)} />
        {session.posts.length > 1 ? (
          <Select
            aria-label={t("acting")}
            value={session.acting}
            variant="borderless"
            popupMatchSelectWidth={false}
            onChange={(post) => void actFor(session, post)}
            options={session.posts.map((each) => ({
              value: each,
              label: `${names.organisation(each.split("/")[0])} ${names.post(each)}`,
            }))}
          />
        ) : (
          <span>{names.post(session.acting)}</span>
        )}
        <button type="button" className={css.plain} onClick={() => void signOut()}>
          {t("signOut")}
        </button>
      </span>
    </header>
  );
}

function Rail({ isOpen }: { isOpen: boolean }) {
  const t = useAppTexts();
  const language = useLanguage();
  const roles = useRoles();
  const items = menu.filter(
    (each) => each.path.startsWith("/desk") && (each.isFor === undefined || each.isFor(roles)),
  );
  const title = (each: (typeof items)[number]) => each.title[language === "en" ? 1 : 0];
  return (
    <div className={`${css.rail} ${isOpen ? css.railOpen : ""}`}>
      <nav aria-label={t("menu")}>
        {items
          .filter((each) => !each.apart)
          .map((each) => (
            <NavLink key={each.path} to={each.path} end={each.path === "/desk"}>
              {title(each)}
            </NavLink>
          ))}
        <hr />
        {items
          .filter((each) => each.apart)
          .map((each) => (
            <NavLink key={each.path} to={each.path}>
              {title(each)}
            </NavLink>
          ))}
        <Link to="/">{t("menu.portal")}</Link>
      </nav>
      <Health />
    </div>
  );
}

/** How the ledger is, in words; says so when nothing is heard of it. */
function Health() {
  const t = useAppTexts();
  const ledger = useLedger();
  const pulse = usePulse();
  const signers = ledger?.validators.length ?? 0;
  return (
    <div className={css.health} aria-live="polite">
      <p className={pulse.connected ? "" : css.away}>
        {t(pulse.connected ? "ledger.well" : "ledger.away")}
      </p>
      {pulse.height > 0 && (
        <p>{t("ledger.page", { height: pulse.height.toLocaleString("en-US") })}</p>
      )}
      {signers > 0 && (
        <p>{signers === 1 ? t("ledger.signers.one") : t("ledger.signers", { count: signers })}</p>
      )}
      {!pulse.connected && pulse.heardMs > 0 && <p className={css.away}>{t("offline")}</p>}
    </div>
  );
}
