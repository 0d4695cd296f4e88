import { useState } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { useNames } from "../../api/names.ts";
import { type SandboxFacts, useSandbox } from "../../api/sandbox.ts";
import { type Session, useSignIn } from "../../api/session.ts";
import { ByKey, SignIn } from "../../app/SignIn.tsx";
import { catalogue, useInLanguage } from "../../i18n/texts.ts";
import { OfficeSeal } from "../../parts/Brand.tsx";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import en from "./en.json";
import css from "./enter.module.css";
import zh from "./zh-CN.json";

const useTexts = catalogue("identity", zh, en);
type Key = keyof typeof zh;

/** The sign-in; in a demonstration also a card for each role of the case. */
export function Component() {
  const t = useTexts();
  const sandbox = useSandbox();
  const entered = useEntered();
  useTitle(t("title"));
  return (
    <>
      <section className={css.top}>
        <div>
          <h1>{t("headline")}</h1>
          <p>{t("promise")}</p>
        </div>
        <div className={css.doors}>
          <SignIn entered={entered} />
          <ByKey entered={entered} />
        </div>
      </section>
      {sandbox && <Roles sandbox={sandbox} />}
    </>
  );
}

/** Back to the page that asked for a sign-in, unless somebody else was at work there. */
function useEntered(): (session: Session | null) => void {
  const navigate = useNavigate();
  const { state } = useLocation();
  const { from, person } = (state ?? {}) as { from?: string; person?: string };
  return (session) => {
    const isOwn = !person || person === session?.person;
    navigate(from && isOwn ? from : "/desk", { replace: true });
  };
}

const TOLD = [
  "hospital.clerk",
  "hospital.director",
  "health.reviewer",
  "finance.budget",
  "finance.treasury",
  "congress.secretary",
  "contractor.b",
  "engineer",
  "auditor",
] as const;

/** The cards: those told of in words first, everybody else of the case below. */
function Roles({ sandbox }: { sandbox: SandboxFacts }) {
  const t = useTexts();
  const inLanguage = useInLanguage();
  const names = useNames();
  const { enterSandbox } = useSignIn();
  const entered = useEntered();
  const [problem, setProblem] = useState<unknown>(null);
  const enter = async (user: string) => {
    try {
      entered(await enterSandbox(user));
    } catch (error) {
      setProblem(error);
    }
  };
  const told = TOLD.flatMap((user) => sandbox.accounts.filter((each) => each.user === user));
  const others = sandbox.accounts.filter((each) => !told.includes(each));
  return (
    <section className={css.roles} aria-labelledby="roles">
      <h2 id="roles">{t("try.title")}</h2>
      <p>
        {t("try.text")} <Link to="/enter/tour">{t("try.tour")}</Link>
      </p>
      <PlainProblem problem={problem} />
      <ul className={css.cards}>
        {told.map((each) => (
          <li key={each.user}>
            <button type="button" data-user={each.user} onClick={() => void enter(each.user)}>
              <OfficeSeal of={names.character(each.organisation)} />
              <span>
                <strong>{inLanguage(each.zh, each.en)}</strong>
                <span>{t(`card.${each.user}` as Key)}</span>
                <small>{t(`card.${each.user}.more` as Key)}</small>
              </span>
            </button>
          </li>
        ))}
        <li>
          <Link to="/">
            <OfficeSeal of={t("citizen.mark")} />
            <span>
              <strong>{t("citizen.zh")}</strong>
              <span>{t("citizen.text")}</span>
              <small>{t("citizen.more")}</small>
            </span>
          </Link>
        </li>
      </ul>
      <details className={css.others}>
        <summary>{t("try.all")}</summary>
        <ul>
          {others.map((each) => (
            <li key={each.user}>
              <button type="button" data-user={each.user} onClick={() => void enter(each.user)}>
                {inLanguage(each.zh, each.en)}
              </button>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
