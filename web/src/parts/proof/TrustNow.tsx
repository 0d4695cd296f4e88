import { lazy, Suspense, useState } from "react";
import { useBetween, useLanguage } from "../../i18n/texts.ts";
import { dateInText } from "../dates.ts";
import { Seal } from "../Seal.tsx";
import { reasonText } from "./judging.ts";
import { newestOfEach } from "./Signatures.tsx";
import { removeSource, useTrust } from "./store.ts";
import { useProofTexts } from "./texts.ts";
import css from "./trust.module.css";
import type { Source } from "./trust.ts";

const Printed = lazy(() => import("./Printed.tsx"));

/** The heads in use, where each is from and since when, and whether they agree. */
export function TrustNow() {
  const t = useProofTexts();
  const language = useLanguage();
  const between = useBetween();
  const { trust, sources } = useTrust();
  const here = -new Date().getTimezoneOffset() * 60;
  if (!trust) return <p>{t("trust.state.working")}</p>;
  const signers = trust.state === "none" ? [] : newestOfEach(trust.vouchers);
  const others = signers.filter((each) => !each.isLedger).map((each) => each.name);
  return (
    <div className={css.now} data-trust={trust.state}>
      {trust.state === "disagree" ? (
        <div role="alert" className={css.disagree}>
          <p className={css.broken}>
            <Seal proof="mismatch" size={32} />
            <strong>{t("trust.state.disagree")}</strong>
          </p>
          <p>{t("trust.state.disagree.text")}</p>
          {trust.between.map((each) => (
            <figure key={each.from}>
              <figcaption>{each.from}</figcaption>
              <pre>{each.note}</pre>
            </figure>
          ))}
          <p className={css.hint}>
            {reasonText(trust.code as Parameters<typeof reasonText>[0], language, trust.fact)}
          </p>
        </div>
      ) : (
        <p>{t(`trust.state.${trust.state}`, { names: others.join(between) })}</p>
      )}
      <ul>
        {sources.map((each) => {
          const size = each.note.split("\n")[1] ?? "";
          const vouchers = trust.state === "none" ? [] : trust.vouchers;
          const mine = vouchers.filter((voucher) => voucher.source === each);
          return (
            <li key={each.from}>
              <span>
                <strong>
                  {t(each.kind === "address" ? "believe.address" : "believe.pasted", {
                    from: each.from,
                    date: dateInText(each.takenMs, here, language),
                  })}
                </strong>
                <span className={css.hint}>
                  {t("trust.head", {
                    size,
                    names: mine.map((voucher) => voucher.name).join(between) || "—",
                  })}
                </span>
              </span>
              <button type="button" onClick={() => void removeSource(each)}>
                {t("trust.remove")}
                <span className="only-read-aloud"> {each.from}</span>
              </button>
              <Shown source={each} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** A source's head as a code, for another machine to begin from. */
function Shown({ source }: { source: Source }) {
  const t = useProofTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={css.shown} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {t("printed")}
        <span className="only-read-aloud"> {source.from}</span>
      </summary>
      {isOpen && (
        <Suspense fallback={null}>
          <Printed
            text={`${source.note}\n${source.keys.join("\n")}\n`}
            name={t("printed.name", { from: source.from })}
          />
        </Suspense>
      )}
    </details>
  );
}
