import { Link } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { added, type Balances, balancesOf, ShortLadder } from "../../desk/Ladder.tsx";
import { Panel } from "../../desk/Panel.tsx";
import { type Moment, Timeline } from "../../desk/Timeline.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { dateInTable } from "../../parts/dates.ts";
import { Money as Amount } from "../../parts/Money.tsx";
import { useDealings } from "../execution/dealings.ts";
import { useRefusalWords, useTitles } from "../execution/refusals.ts";
import { useRefusals } from "./Alarms.tsx";
import { useWorkTexts, worded } from "./texts.ts";
import css from "./work.module.css";
import { madeMs } from "./work.ts";

export function useYear(): number | undefined {
  const ledger = useLedger();
  return ledger && new Date(ledger.time_ms + ledger.offset_s * 1_000).getUTCFullYear();
}

/** The year's quota: of a unit by line, of who reads several units by unit, of a supplier none. */
export function Money() {
  const names = useNames();
  const { organisation } = useActing();
  const kind = names.kind(organisation);
  if (kind === "supplier" || kind === "engineer") return <Deals />;
  return <Quota />;
}

function Quota() {
  const t = useWorkTexts();
  const names = useNames();
  const { organisation } = useActing();
  const year = useYear();
  const cells = useRows("funds_cells", { year: year ?? 0 }, year !== undefined).data?.rows;
  const lines = useRows("funds_lines").data?.rows;
  if (!cells || year === undefined) return null;
  const isUnit = cells.every((each) => each.unit === organisation);
  const groups = new Map<string, Balances>();
  for (const each of cells) {
    const key = (isUnit ? each.line : each.unit) ?? "";
    groups.set(key, added([groups.get(key) ?? balancesOf({}), balancesOf(each)]));
  }
  const all = added([...groups.values()]);
  const title = (key: string): string =>
    isUnit ? (lines?.find((each) => each.id === key)?.title ?? key) : names.organisation(key);
  return (
    <Panel
      title={t("money", { year })}
      more={t(isUnit ? "money.more" : "money.units", { count: groups.size })}
      aside={<Link to="/desk/budget">{t("money.detail")}</Link>}
    >
      {groups.size === 0 ? (
        <p className={css.empty}>{t("money.none", { year })}</p>
      ) : (
        <>
          <dl className={css.sum}>
            <dt>{t("money.available")}</dt>
            <dd>
              <Amount fen={all.available} size="large" />
            </dd>
          </dl>
          <ul className={css.lines}>
            {[...groups].map(([key, of]) => (
              <li key={key}>
                <span className={css.pair}>
                  <strong>{title(key)}</strong>
                  <Amount fen={of.available} />
                </span>
                <ShortLadder balances={of} />
                <span className={css.quiet}>
                  {t("state.settled")} <Amount fen={of.paid} /> ／ <Amount fen={of.quota} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

function Deals() {
  const t = useWorkTexts();
  const dealings = useDealings().data;
  if (!dealings) return null;
  return (
    <Panel title={t("deals")} more={t("deals.more", { count: dealings.agreements.length })}>
      {dealings.agreements.length === 0 ? (
        <p className={css.empty}>{t("deals.none")}</p>
      ) : (
        <ul className={css.lines}>
          {dealings.agreements.map((each) => {
            const paid = dealings.payments
              .filter((one) => one.agreement === each.id && one.state === "settled")
              .reduce((sum, one) => sum + (one.amount_fen ?? 0), 0);
            const total = (each.total_fen ?? 0) + (each.increased_fen ?? 0);
            return (
              <li key={each.id}>
                <Link to={`/desk/agreements/${each.id}`}>{each.title}</Link>
                <ShortLadder balances={{ ...balancesOf({}), paid, quota: total }} />
                <span className={css.quiet}>
                  {t("state.settled")} <Amount fen={paid} /> ／ <Amount fen={total} />
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}

const SHOWN = 6;

/** The newest payments and refusals that the reader may see. */
export function Recent() {
  const t = useWorkTexts();
  const inLanguage = useInLanguage();
  const words = useRefusalWords();
  const titles = useTitles();
  const ledger = useLedger();
  const year = useYear();
  const isKnown = year !== undefined;
  const payments = useRows("execution_payments", {}, isKnown).data?.rows;
  const refusals = useRefusals().data?.refusals;
  if (!payments || !refusals || !ledger) return null;
  const paid = payments.flatMap((each): (Moment & { ms: number })[] => {
    const ms = madeMs(each.id);
    if (ms === null || !each.payee) return [];
    const state = worded(t, `state.${each.state}`, each.state ?? "");
    return [
      {
        key: each.id,
        ms,
        state: each.state === "settled" ? "done" : "now",
        what: (
          <Link to={`/desk/payments/${each.id}`}>
            {state} <Amount fen={each.amount_fen} />
          </Link>
        ),
        more: `${titles.payee(each.payee)} · ${dateInTable(ms, ledger.offset_s)}`,
      },
    ];
  });
  const stopped = refusals
    .filter((each) => each.facts)
    .map((each) => ({
      key: `${each.height}/${each.place}`,
      ms: each.time_ms,
      state: "refused" as const,
      what:
        words({ code: each.code, facts: each.facts ?? {} })?.title ??
        inLanguage(each.told?.title_zh, each.told?.title),
      more: dateInTable(each.time_ms, ledger.offset_s),
    }));
  const moments = [...paid, ...stopped].sort((a, b) => b.ms - a.ms).slice(0, SHOWN);
  return (
    <Panel title={t("recent")}>
      {moments.length === 0 ? (
        <p className={css.empty}>{t("recent.none")}</p>
      ) : (
        <Timeline moments={moments} />
      )}
    </Panel>
  );
}
