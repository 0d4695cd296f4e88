import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { api, isObject, need, Problem } from "../../api/client.ts";
import { useLedger } from "../../api/ledger.ts";
import { type SandboxFacts, useSandbox } from "../../api/sandbox.ts";
import { useSignIn } from "../../api/session.ts";
import { useRows } from "../../api/views.ts";
import { catalogue, useInLanguage } from "../../i18n/texts.ts";
import { amountText } from "../../parts/amounts.ts";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTrust } from "../../parts/proof/store.ts";
import { Seal } from "../../parts/Seal.tsx";
import { useTitle } from "../../parts/title.ts";
import en from "./en.json";
import css from "./tour.module.css";
import zh from "./zh-CN.json";

const useTexts = catalogue("tour", zh, en);

/** Where a step is seen, and as whom; the public needs nobody. */
const STEPS = [
  { n: "1", user: "hospital.clerk", to: "/desk/requests" },
  { n: "2", user: "hospital.director", to: "/desk/requests" },
  { n: "3", user: "congress.secretary", to: "/desk/draft" },
  { n: "4", user: "hospital.clerk", to: "/desk/payments" },
  { n: "5", user: "", to: "/verify" },
] as const;
const SEEN = "mz.tour";

function seenBefore(): string[] {
  return (localStorage.getItem(SEEN) ?? "").split(" ").filter(Boolean);
}

/** The tour of a demonstration; its last step lets the visitor alter a row and be found out. */
export function Component() {
  const t = useTexts();
  const sandbox = useSandbox();
  const isReal = useLedger()?.sandbox === false;
  useTitle(t("title"));
  return (
    <section className={css.tour}>
      <p>
        <Link to="/enter">{t("back")}</Link>
      </p>
      <h1>{t("title")}</h1>
      {sandbox ? (
        <>
          <p>{t("lead")}</p>
          <Steps sandbox={sandbox} />
        </>
      ) : (
        isReal && <p>{t("none")}</p>
      )}
    </section>
  );
}

function Steps({ sandbox }: { sandbox: SandboxFacts }) {
  const t = useTexts();
  const inLanguage = useInLanguage();
  const navigate = useNavigate();
  const { enterSandbox } = useSignIn();
  const [seen] = useState(seenBefore);
  const [problem, setProblem] = useState<unknown>(null);
  const go = async (step: (typeof STEPS)[number]) => {
    localStorage.setItem(SEEN, [...new Set([...seen, step.n])].join(" "));
    try {
      if (step.user) await enterSandbox(step.user);
      navigate(step.to);
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <>
      <PlainProblem problem={problem} />
      <ol className={css.steps}>
        {STEPS.map((each) => {
          const who = sandbox.accounts.find((account) => account.user === each.user);
          return (
            <li key={each.n}>
              <h2>{t(`step.${each.n}`)}</h2>
              <p>{t(`step.${each.n}.text`)}</p>
              <p className={css.go}>
                <button type="button" onClick={() => void go(each)}>
                  {t("go")}
                  <span className="only-read-aloud"> {t(`step.${each.n}`)}</span>
                </button>
                {who && <small>{t("as", { who: inLanguage(who.zh, who.en) })}</small>}
                {seen.includes(each.n) && <small>✓ {t("done")}</small>}
              </p>
            </li>
          );
        })}
        <Alter altered={sandbox.altered} />
      </ol>
    </>
  );
}

interface Altered {
  figure: string;
  was_fen: number;
  is_fen: number;
}

/** The last step. What is altered stands on the server, so that it is undone from here later too. */
function Alter({ altered }: { altered: readonly string[] }) {
  const t = useTexts();
  const inLanguage = useInLanguage();
  const queries = useQueryClient();
  const { trust } = useTrust();
  const { data } = useRows("disclosure_figures");
  const figures = data?.rows ?? [];
  const [mine, setMine] = useState<Altered | null>(null);
  const [isRestored, setRestored] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const largest = figures
    .filter((each) => each.figure_kind === "payment" && each.corrected_by === "")
    .toSorted((a, b) => (b.amount_fen ?? 0) - (a.amount_fen ?? 0))[0];
  const attempt = async (act: () => Promise<Altered | null>) => {
    setProblem(null);
    setRestored(false);
    try {
      const now = await act();
      setMine(now);
      setRestored(now === null);
      await queries.invalidateQueries();
    } catch (error) {
      setProblem(error);
    }
  };
  const alter = (figure: string) =>
    attempt(async () => {
      const answer = await need(api.POST("/api/sandbox/alter", { body: { figure } as never }));
      return answer as unknown as Altered;
    });
  const restore = () =>
    attempt(async () => {
      const { error, response } = await api.POST("/api/sandbox/restore");
      if (!response.ok) throw new Problem(response.status, isObject(error) ? error : {});
      return null;
    });
  const shown = figures.find((each) => altered.includes(each.id));
  const title = inLanguage(shown?.title_zh ?? "", shown?.title_en ?? "");
  return (
    <li className={css.last}>
      <h2>
        <Seal proof="mismatch" size={20} /> {t("step.6")}
      </h2>
      <p>{t("step.6.text")}</p>
      {trust && trust.state !== "ready" && (
        <p>
          {t("step.6.first")} <Link to="/verify">{t("step.5")}</Link>
        </p>
      )}
      <PlainProblem problem={problem} />
      <div aria-live="polite">
        {shown && (
          <p>
            <strong>
              {mine && mine.figure === shown.id
                ? t("step.6.altered", {
                    title,
                    was: amountText(mine.was_fen),
                    is: amountText(mine.is_fen),
                  })
                : t("step.6.still", { title, is: amountText(shown.amount_fen ?? 0) })}
            </strong>
          </p>
        )}
        {isRestored && <p>{t("step.6.restored")}</p>}
        {data && !largest && <p>{t("step.6.nothing")}</p>}
      </div>
      <p className={css.go}>
        {largest && (
          <button type="button" onClick={() => void alter(largest.id)}>
            {t("step.6.do")}
          </button>
        )}
        {shown && (
          <>
            <Link to={`/payments?q=${encodeURIComponent(shown.document_number ?? "")}`}>
              {t("go")}
              <span className="only-read-aloud"> {title}</span>
            </Link>
            <button type="button" className={css.quiet} onClick={() => void restore()}>
              {t("step.6.undo")}
            </button>
          </>
        )}
      </p>
    </li>
  );
}
