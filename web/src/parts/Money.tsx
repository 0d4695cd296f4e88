import { createContext, useContext } from "react";
import { amountText, type Unit, written } from "./amounts.ts";
import css from "./money.module.css";
import { usePartTexts } from "./texts.ts";

/** The unit that a reader has switched to; forms, vouchers, refusals and proofs always use yuan. */
export const UnitContext = createContext<Unit>("yuan");

interface MoneyProps {
  /** Whole fen. `null` and `undefined` are unknown, never 0. */
  fen: number | null | undefined;
  /** Set where the reader's switch has no say. */
  unit?: Unit;
  /** A figure of a page: large, double-ruled below as on paper. */
  size?: "text" | "large" | "hero";
  /** Why there is none, where there is none. */
  unknown?: string;
}

/** An amount: thousands separators, fen paler than yuan, exact yuan on hover and copy. */
export function Money({ fen, unit, size = "text", unknown }: MoneyProps) {
  const t = usePartTexts();
  const preferred = useContext(UnitContext);
  if (fen === null || fen === undefined) {
    return (
      <span className={css.unknown} title={unknown}>
        —
      </span>
    );
  }
  const { sign, whole, decimals } = written(fen, unit ?? preferred);
  return (
    <span
      className={`${css.money} ${css[size]} ${fen === 0 ? css.zero : ""}`}
      title={t("yuan", { amount: amountText(fen) })}
    >
      {sign}
      {whole}
      <span className={css.decimals}>.{decimals}</span>
    </span>
  );
}
