import { useState } from "react";
import { useLedger } from "../../api/ledger.ts";
import { useInLanguage, useLanguage } from "../../i18n/texts.ts";
import { amountText } from "../../parts/amounts.ts";
import { timeInTable } from "../../parts/dates.ts";
import { signedStatement } from "../../parts/proof/figure.ts";
import { Rejected, reasonText, verify } from "../../parts/proof/judging.ts";
import { useTrust } from "../../parts/proof/store.ts";
import { Seal } from "../../parts/Seal.tsx";
import { Dropped } from "./Dropped.tsx";
import css from "./portal.module.css";
import { useDisclosureTexts } from "./texts.ts";

type Verified = ReturnType<typeof verify>;
type Answer = { good: Verified } | { bad: Rejected };

const EARLY = ["checkpoint-not-countersigned", "checkpoint-unsigned-root"];

/** Checks a proof that somebody brings along, by the heads of this browser. */
export function CheckBundle() {
  const t = useDisclosureTexts();
  const { trust } = useTrust();
  const [answer, setAnswer] = useState<Answer | null>(null);
  const read = async (file: File) => {
    if (trust?.state !== "ready") return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    try {
      setAnswer({ good: verify(bytes, trust.root) });
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      setAnswer({ bad: error });
    }
  };
  return (
    <section className={css.block}>
      <h2>{t("verify.bundle")}</h2>
      <p>{t("verify.bundle.text")}</p>
      {trust?.state === "ready" ? (
        <Dropped label={t("verify.bundle.choose")} onFile={(file) => void read(file)} />
      ) : (
        <p className={css.note}>{t("verify.bundle.first")}</p>
      )}
      <div aria-live="polite">{answer && <Answered answer={answer} />}</div>
    </section>
  );
}

function Answered({ answer }: { answer: Answer }) {
  const t = useDisclosureTexts();
  const language = useLanguage();
  if ("bad" in answer) {
    const { code, fact } = answer.bad;
    const isEarly = EARLY.includes(code);
    return (
      <div className={`${css.answer} ${isEarly ? "" : css.bad}`}>
        <p className={css.verdict}>
          <Seal proof={isEarly ? "unchecked" : "mismatch"} size={32} />
          <strong>{t(isEarly ? "verify.bundle.early" : "verify.bundle.bad")}</strong>
        </p>
        <p>{isEarly ? t("verify.bundle.early.text") : reasonText(code, language, fact)}</p>
        <small className="code">{code}</small>
      </div>
    );
  }
  return <Good verified={answer.good} />;
}

function Good({ verified }: { verified: Verified }) {
  const t = useDisclosureTexts();
  const inLanguage = useInLanguage();
  const offsetS = useLedger()?.offset_s ?? 0;
  const { claim } = verified;
  const key = "key" in claim ? claim.key : "";
  const content = "content" in claim ? claim.content : null;
  const figure = content && key.startsWith("disclosure/figure/") ? signedStatement(content) : null;
  return (
    <div className={`${css.answer} ${css.good}`}>
      <p className={css.verdict}>
        <Seal proof="match" size={32} />
        <strong>{t("verify.bundle.good")}</strong>
      </p>
      {figure ? (
        <p>
          <strong>
            {t("verify.bundle.figure", {
              title: inLanguage(figure.title_zh, figure.title_en),
              amount: amountText(figure.amount_fen),
            })}
          </strong>
        </p>
      ) : (
        <p className="code">{t(`verify.bundle.${claim.kind}`, { key })}</p>
      )}
      <p>
        {t("verify.bundle.at", {
          height: Number(verified.height),
          time: timeInTable(Date.parse(verified.sealedTime), offsetS),
        })}
      </p>
      {content && (
        <details>
          <summary>{t("verify.bundle.content")}</summary>
          <pre className={css.content}>{new TextDecoder().decode(content)}</pre>
        </details>
      )}
    </div>
  );
}
