import { Money } from "../parts/Money.tsx";
import css from "./ladder.module.css";
import { useDeskTexts } from "./texts.ts";

/** Fen of one line or cell, as funds has them. */
export interface Balances {
  voted: number;
  quota: number;
  held: number;
  committed: number;
  paid: number;
  available: number;
}

const ROWS = ["voted", "quota", "held", "committed", "paid"] as const;

/** One row a stage, nested bars from one zero; what is left outlined at its place. */
export function Ladder({ balances }: { balances: Balances }) {
  const t = useDeskTexts();
  const most = Math.max(1, balances.voted, balances.quota);
  const share = (fen: number): string => `${Math.max(0, Math.min(100, (fen / most) * 100))}%`;
  return (
    <dl className={css.ladder}>
      {ROWS.map((name) => (
        <div key={name} className={name === "paid" ? css.paid : ""}>
          <dt>{t(`ladder.${name}`)}</dt>
          <dd>
            <span className={css.track} aria-hidden="true">
              <span style={{ width: share(balances[name]) }} />
            </span>
            <Money fen={balances[name]} />
          </dd>
        </div>
      ))}
      <div className={css.available}>
        <dt>{t("ladder.available")}</dt>
        <dd>
          <span className={css.track} aria-hidden="true">
            <span
              style={{
                width: share(balances.available),
                marginLeft: share(balances.quota - balances.available),
              }}
            />
          </span>
          <Money fen={balances.available} />
        </dd>
      </div>
    </dl>
  );
}

/** The short form: what is paid of what is allotted, what is left at the right. */
export function ShortLadder({ balances }: { balances: Balances }) {
  const share = balances.quota > 0 ? Math.min(100, (balances.paid / balances.quota) * 100) : 0;
  return (
    <span className={css.short} aria-hidden="true">
      <span style={{ width: `${share}%` }} />
    </span>
  );
}

/** The balances of a row of `funds_cells`; sums of several rows are sums of these. */
export function balancesOf(cell: {
  voted_fen?: number;
  quota_fen?: number;
  frozen_fen?: number;
  intended_fen?: number;
  encumbered_fen?: number;
  approved_fen?: number;
  instructed_fen?: number;
  advanced_fen?: number;
  settled_fen?: number;
  available_fen?: number;
}): Balances {
  const of = (fen: number | undefined): number => fen ?? 0;
  const paid = of(cell.settled_fen);
  return {
    voted: of(cell.voted_fen),
    quota: of(cell.quota_fen),
    held: of(cell.frozen_fen) + of(cell.intended_fen) + of(cell.advanced_fen),
    committed: of(cell.encumbered_fen) + of(cell.approved_fen) + of(cell.instructed_fen) + paid,
    paid,
    available: of(cell.available_fen),
  };
}

export function added(all: readonly Balances[]): Balances {
  const sum = (name: keyof Balances): number => all.reduce((fen, each) => fen + each[name], 0);
  return {
    voted: sum("voted"),
    quota: sum("quota"),
    held: sum("held"),
    committed: sum("committed"),
    paid: sum("paid"),
    available: sum("available"),
  };
}
