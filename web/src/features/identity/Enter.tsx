import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { Problem } from "../../api/client.ts";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { type OwnKey, ownKeys } from "../../api/ownKey.ts";
import { type SandboxFacts, useSandbox } from "../../api/sandbox.ts";
import { useSignIn } from "../../api/session.ts";
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
  useTitle(t("title"));
  return (
    <>
      <section className={css.top}>
        <div>
          <h1>{t("headline")}</h1>
          <p>{t("promise")}</p>
        </div>
        <div className={css.doors}>
          <SignIn />
          <ByKey />
        </div>
      </section>
      {sandbox && <Roles sandbox={sandbox} />}
    </>
  );
}

function useEntered(): () => void {
  const navigate = useNavigate();
  const location = useLocation();
  const from: unknown = location.state?.from;
  return () => navigate(typeof from === "string" ? from : "/desk", { replace: true });
}

function SignIn() {
  const t = useTexts();
  const { signIn } = useSignIn();
  const entered = useEntered();
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await signIn(user, password);
      entered();
    } catch (error) {
      setProblem(error);
      if (error instanceof Problem) setPassword("");
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={css.form} onSubmit={(event) => void submit(event)}>
      <h2>{t("title")}</h2>
      <label>
        {t("user")}
        <input
          name="user"
          autoComplete="username"
          required
          placeholder={t("user.hint")}
          value={user}
          onChange={(event) => setUser(event.target.value)}
        />
      </label>
      <label>
        {t("password")}
        <input
          name="password"
          type="password"
          autoComplete="current-password"
          required
          placeholder={t("password.hint")}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </label>
      <PlainProblem problem={problem} />
      <button type="submit" disabled={isBusy}>
        {t(isBusy ? "submitting" : "submit")}
      </button>
      <p className={css.help}>{t("help")}</p>
    </form>
  );
}

/** A button for each key that this browser keeps; nothing where it keeps none. */
function ByKey() {
  const t = useTexts();
  const ledger = useLedger();
  const keys = useQuery({ queryKey: ["ownKeys"], queryFn: ownKeys, retry: false }).data ?? [];
  const { signInByKey } = useSignIn();
  const entered = useEntered();
  const [problem, setProblem] = useState<unknown>(null);
  if (keys.length === 0 || !ledger) return null;
  const enter = async (key: OwnKey) => {
    try {
      await signInByKey(key, ledger.chain);
      entered();
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <div className={css.keys}>
      {keys.map((each) => (
        <button key={each.kid} type="button" onClick={() => void enter(each)}>
          {t("byKey", { label: each.label })}
        </button>
      ))}
      <PlainProblem problem={problem} />
    </div>
  );
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
      await enterSandbox(user);
      entered();
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
