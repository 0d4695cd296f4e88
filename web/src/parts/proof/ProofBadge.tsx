import { useEffect, useMemo, useRef, useState } from "react";
import { useNames } from "../../api/names.ts";
import { type Page, useRows } from "../../api/views.ts";
import { useBetween, useInLanguage } from "../../i18n/texts.ts";
import { Seal } from "../Seal.tsx";
import css from "./badge.module.css";
import { type Figure, figureOf } from "./figure.ts";
import type { Place } from "./numbers.ts";
import { useProofPanel } from "./ProofPage.tsx";
import { useCheck, useChecks, useTrust, want } from "./store.ts";
import { type Public, publicOf, type Sum, soundnessOf } from "./sums.ts";
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

const TOLD_MOST = 3;

/** Places of gazettes in words, the first few of them. */
function usePlaces(): (places: readonly Place[]) => string {
  const t = useProofTexts();
  const names = useNames();
  const between = useBetween();
  const told = ({ gazette, number }: Place): string => {
    const [publisher, month = ""] = gazette.split(":");
    return t("sum.place", { publisher: names.organisation(publisher), month, number });
  };
  return (places) => places.slice(0, TOLD_MOST).map(told).join(between);
}

/**
 * The seal of a sum: that of its worst figure, and of what shows that none is left out. It opens
 * nothing; where numbers are missing or stand twice, it says which. `onlyHoles`: beside the seal of
 * the one figure that a sum has, it is not there while none is missing.
 */
export function SumBadge({
  figures,
  onlyHoles = false,
}: {
  figures: readonly Figure[];
  onlyHoles?: boolean;
}) {
  const t = useProofTexts();
  const places = usePlaces();
  const { proof, missing, twice, wanted } = useSoundness(figures);
  const { trust } = useTrust();
  useEffect(() => {
    if (trust?.state === "ready") for (const each of wanted) want(each);
  }, [trust, wanted]);
  const isWhole = missing.length + twice.length === 0;
  if (!figures.length || (onlyHoles && isWhole)) return null;
  const numbers = { missing: missing.length, twice: twice.length };
  return (
    <span className={`${css.sum} ${css[proof]}`} data-proof={proof}>
      <Seal proof={proof} size={20} />
      <span>
        {isWhole
          ? t(`sum.${proof}`, { count: figures.length })
          : t("sum.numbers", { ...numbers, which: places([...missing, ...twice]) })}
      </span>
    </span>
  );
}

/** Rows are read into figures once, however many sums a page has. */
const known = new WeakMap<object, Public>();

function publicIn(figures: Page<"disclosure_figures">, gaps: Page<"disclosure_gaps">): Public {
  const height = Math.min(figures.height, gaps.height);
  let found = known.get(figures.rows);
  if (found?.gaps !== gaps.rows || found.height !== height) {
    found = publicOf(figures.rows.map(figureOf), gaps.rows, height);
    known.set(figures.rows, found);
  }
  return found;
}

const NOTHING: Sum = { proof: "unchecked", missing: [], twice: [], wanted: [] };

/** What is known so far of a sum; all that is public is read for it, as it was sent. */
function useSoundness(members: readonly Figure[]): Sum {
  const figures = useRows("disclosure_figures").data;
  const gaps = useRows("disclosure_gaps").data;
  const checkOf = useChecks();
  return useMemo(
    () => (figures && gaps ? soundnessOf(members, publicIn(figures, gaps), checkOf) : NOTHING),
    [members, figures, gaps, checkOf],
  );
}
