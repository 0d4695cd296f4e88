import type { ReactNode } from "react";
import { Money } from "../../parts/Money.tsx";
import type { Figure } from "../../parts/proof/figure.ts";
import { ProofBadge, SumBadge } from "../../parts/proof/ProofBadge.tsx";
import { ProofPlace } from "../../parts/proof/ProofPage.tsx";
import { sumOf } from "./figures.ts";
import css from "./portal.module.css";
import { useDisclosureTexts } from "./texts.ts";

/** A figure as the largest thing of its page, or a sum of several; each with its seal. */
export function FigureFact({
  title,
  of,
  note,
}: {
  title: string;
  of: readonly Figure[];
  note?: ReactNode;
}) {
  const t = useDisclosureTexts();
  const [only] = of;
  return (
    <div className={css.fact}>
      <span className={css.factName}>{title}</span>
      {only ? (
        <>
          <p className={css.factAmount}>
            <Money fen={sumOf(of)} unit="yuan" /> <small>{t("yuan")}</small>
          </p>
          {of.length === 1 && <ProofBadge figure={only} />}
          <SumBadge figures={of} onlyHoles={of.length === 1} />
          {note && <p className={css.note}>{note}</p>}
          {of.length === 1 && <ProofPlace figure={only} />}
        </>
      ) : (
        <p className={css.note}>{t("fact.none")}</p>
      )}
    </div>
  );
}

/** An amount that is worked out of published ones: it has no seal of its own, and says so. */
export function WorkedOut({ title, fen, note }: { title: string; fen: number; note: string }) {
  const t = useDisclosureTexts();
  return (
    <div className={css.fact}>
      <span className={css.factName}>{title}</span>
      <p className={css.factAmount}>
        <Money fen={fen} unit="yuan" /> <small>{t("yuan")}</small>
      </p>
      <p className={css.note}>{note}</p>
    </div>
  );
}
