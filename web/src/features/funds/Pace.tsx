import type { Balances } from "../../desk/Ladder.tsx";
import { percent, share } from "../../parts/shares.ts";
import css from "./funds.module.css";
import { paceOf } from "./pace.ts";
import { useFundTexts } from "./texts.ts";

/** What is paid of what was allotted, and a mark where the year has come to. */
export function Pace({
  balances,
  passed,
  inWords = false,
}: {
  balances: Balances;
  /** Basis points of the year that have passed. */
  passed: number;
  inWords?: boolean;
}) {
  const t = useFundTexts();
  const paid = share(balances.paid, balances.quota);
  if (paid === null) return <span className={css.quiet}>—</span>;
  const pace = paceOf(paid, passed);
  return (
    <span className={css.pace}>
      <span className={css.bar} aria-hidden="true">
        <span style={{ width: `${Math.min(100, paid / 100)}%` }} />
        <i style={{ left: `${passed / 100}%` }} />
      </span>
      <span className={css.quiet}>
        {t("pace", { paid: percent(paid), passed: percent(passed) })}
        {inWords && ` · ${t(`pace.${pace}`, { gap: (Math.abs(passed - paid) / 100).toFixed(2) })}`}
      </span>
    </span>
  );
}
