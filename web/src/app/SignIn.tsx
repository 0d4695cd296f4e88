import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Problem } from "../api/client.ts";
import { useLedger } from "../api/ledger.ts";
import { type OwnKey, ownKeys } from "../api/ownKey.ts";
import { type Session, useSignIn } from "../api/session.ts";
import { PlainProblem } from "../parts/PlainProblem.tsx";
import css from "./signIn.module.css";
import { useAppTexts } from "./texts.ts";

interface DoorProps {
  /** Who alone may enter here; anybody, where it is not given. */
  only?: Session;
  entered?: (session: Session | null) => void;
}

/** The form for account and password. */
export function SignIn({ only, entered }: DoorProps) {
  const t = useAppTexts();
  const { signIn } = useSignIn();
  const [user, setUser] = useState(only?.user ?? "");
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const session = await signIn(user, password);
      entered?.(session);
    } catch (error) {
      setProblem(error);
      if (error instanceof Problem) setPassword("");
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={css.form} onSubmit={(event) => void submit(event)}>
      <h2>{t("signIn")}</h2>
      <label>
        {t("signIn.user")}
        <input
          name="user"
          autoComplete="username"
          required
          readOnly={only !== undefined}
          placeholder={t("signIn.user.hint")}
          value={user}
          onChange={(event) => setUser(event.target.value)}
        />
      </label>
      <label>
        {t("signIn.password")}
        <input
          name="password"
          type="password"
          autoComplete="current-password"
          required
          placeholder={t("signIn.password.hint")}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </label>
      <PlainProblem problem={problem} />
      <button type="submit" disabled={isBusy}>
        {t(isBusy ? "signIn.submitting" : "signIn")}
      </button>
      <p className={css.help}>{t("signIn.help")}</p>
    </form>
  );
}

/** A button for each key that this browser keeps; nothing where it keeps none. */
export function ByKey({ only, entered }: DoorProps) {
  const t = useAppTexts();
  const ledger = useLedger();
  const found = useQuery({ queryKey: ["ownKeys"], queryFn: ownKeys, retry: false }).data ?? [];
  const keys = found.filter((each) => !only || each.person === only.person);
  const { signInByKey } = useSignIn();
  const [problem, setProblem] = useState<unknown>(null);
  if (keys.length === 0 || !ledger) return null;
  const enter = async (key: OwnKey) => {
    try {
      const session = await signInByKey(key, ledger.chain);
      entered?.(session);
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <div className={css.keys}>
      {keys.map((each) => (
        <button key={each.kid} type="button" onClick={() => void enter(each)}>
          {t("signIn.byKey", { label: each.label })}
        </button>
      ))}
      <PlainProblem problem={problem} />
    </div>
  );
}
