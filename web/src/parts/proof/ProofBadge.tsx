import { useEffect, useMemo, useRef, useState } from "react";
import { useRows } from "../../api/views.ts";
import { useInLanguage } from "../../i18n/texts.ts";
import { Seal } from "../Seal.tsx";
import css from "./badge.module.css";
import type { Figure } from "./figure.ts";
import { type Numbers, numbersOf } from "./numbers.ts";
import { useProofPanel } from "./ProofPage.tsx";
import { useCheck, useProofOf, useTrust, want } from "./store.ts";
import { useProofTexts } from "./texts.ts";

/** Whether an element is on screen; figures off screen are checked when they come into view. */
function useOnScreen(): [React.RefObject<HTMLButtonElement | null>, boolean] {
  const element = useRef<HTMLButtonElement>(null);
  const [isOnScreen, setOnScreen] = useState(false);
  useEffect(() => {
    if (!element.current) return;
    const observer = new IntersectionObserver((seen) =>
      setOnScreen(seen.some((each) => each.isIntersecting)),
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, isOnScreen];
}

/** The seal of a published figure. It turns by this browser's own check; a press opens the panel. */
export function ProofBadge({ figure, bare = false }: { figure: Figure; bare?: boolean }) {
  const t = useProofTexts();
  const inLanguage = useInLanguage();
  const { trust } = useTrust();
  const { proof } = useCheck(figure);
  const panel = useProofPanel();
  const [element, isOnScreen] = useOnScreen();
  useEffect(() => {
    if (isOnScreen && trust?.state === "ready") want(figure);
  }, [isOnScreen, trust, figure]);
  const title = inLanguage(figure.title_zh, figure.title_en);
  const isOpen = panel.open?.id === figure.id;
  return (
    <button
      ref={element}
      type="button"
      className={`${css.badge} ${css[proof]}`}
      aria-label={t("open", { state: t(proof), title })}
      aria-expanded={isOpen}
      data-proof={proof}
      data-figure={figure.id}
      onClick={() => (isOpen ? panel.close() : panel.show(figure))}
    >
      <Seal proof={proof} size={20} />
      {!bare && <span>{t(proof)}</span>}
    </button>
  );
}

/** The numbers of all that is public, as it was sent; `undefined` until it is read. */
export function useNumbers(): Numbers | undefined {
  const figures = useRows("disclosure_figures").data;
  const gaps = useRows("disclosure_gaps").data;
  return useMemo(
    () => figures && gaps && numbersOf([...figures.rows, ...gaps.rows]),
    [figures, gaps],
  );
}

/**
 * The seal of a sum: that of its worst figure. It proves nothing by itself, so it opens nothing.
 *
 * A figure that was left out would lower any sum and one sent twice raise it, each of them proven:
 * so no sum is the same while numbers of any gazette are missing or stand twice.
 */
export function SumBadge({ figures }: { figures: readonly Figure[] }) {
  const t = useProofTexts();
  const worst = useProofOf(figures);
  const numbers = useNumbers();
  const isWhole = numbers?.missing === 0 && numbers.twice === 0;
  const proof = worst === "match" && !isWhole ? "unchecked" : worst;
  const { trust } = useTrust();
  useEffect(() => {
    if (trust?.state === "ready") for (const each of figures) want(each);
  }, [trust, figures]);
  if (!figures.length) return null;
  return (
    <span className={`${css.sum} ${css[proof]}`} data-proof={proof}>
      <Seal proof={proof} size={20} />
      <span>
        {numbers && !isWhole
          ? t("sum.numbers", { ...numbers })
          : t(`sum.${proof}`, { count: figures.length })}
      </span>
    </span>
  );
}
