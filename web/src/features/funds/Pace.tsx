import type { Balances } from "../../desk/Ladder.tsx";
import css from "./funds.module.css";
import { paceOf, paidShare } from "./pace.ts";
import { useFundTexts } from "./texts.ts";

/** What is paid of what was allotted, and a mark where the year has come to. */
export function Pace({
  balances,
  time,
  inWords = false,
}: {
  balances: Balances;
  /** Per cent of the year that has passed. */
  time: number;
  inWords?: boolean;
}) {
  const t = useFundTexts();
  const share = paidShare(balances.paid, balances.quota);
  if (share === null) return <span className={css.quiet}>—</span>;
  const pace = paceOf(share, time);
  return (
    <span className={css.pace}>
      <span className={css.bar} aria-hidden="true">
        <span style={{ width: `${Math.min(100, share)}%` }} />
        <i style={{ left: `${time}%` }} />
      </span>
      <span className={css.quiet}>
        {t("pace", { share, time })}
        {inWords && ` · ${t(`pace.${pace}`, { gap: Math.abs(time - share) })}`}
      </span>
    </span>
  );
}
