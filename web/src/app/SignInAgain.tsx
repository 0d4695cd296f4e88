import { Button, Drawer } from "antd";
import { useState } from "react";
import { useHasEnded } from "../api/ended.ts";
import { useSandbox } from "../api/sandbox.ts";
import { type Session, useSignIn } from "../api/session.ts";
import { useInLanguage } from "../i18n/texts.ts";
import { PlainProblem } from "../parts/PlainProblem.tsx";
import { ByKey, SignIn } from "./SignIn.tsx";
import css from "./signIn.module.css";
import { useAppTexts } from "./texts.ts";

/** Over whatever page it is: the same person signs in again and goes on where he was. */
export function SignInAgain({ session }: { session: Session }) {
  const t = useAppTexts();
  const { signOut } = useSignIn();
  if (!useHasEnded()) return null;
  return (
    <Drawer open title={t("again.title")} closable={false} keyboard={false} size={520}>
      <div className={css.again}>
        <p role="alert">{t("again.text")}</p>
        {session.signs_here && <SignIn only={session} />}
        <ByKey only={session} />
        <Demonstrated user={session.user} />
        <p className={css.help}>
          {t("again.leave.text")}{" "}
          <Button type="link" onClick={() => void signOut()}>
            {t("again.leave")}
          </Button>
        </p>
      </div>
    </Drawer>
  );
}

/** In a demonstration nobody knows a password: one enters by the card again. */
function Demonstrated({ user }: { user: string }) {
  const t = useAppTexts();
  const inLanguage = useInLanguage();
  const { enterSandbox } = useSignIn();
  const [problem, setProblem] = useState<unknown>(null);
  const account = useSandbox()?.accounts.find((each) => each.user === user);
  if (!account) return null;
  return (
    <div className={css.keys}>
      <button type="button" onClick={() => void enterSandbox(user).catch(setProblem)}>
        {t("again.card", { role: inLanguage(account.zh, account.en) })}
      </button>
      <PlainProblem problem={problem} />
    </div>
  );
}
