import { Fragment, type ReactNode } from "react";
import { useLedger } from "../../api/ledger.ts";
import { useInLanguage } from "../../i18n/texts.ts";
import { dateInTable } from "../../parts/dates.ts";
import { Money } from "../../parts/Money.tsx";
import type { Figure } from "../../parts/proof/figure.ts";
import { ProofBadge, SumBadge } from "../../parts/proof/ProofBadge.tsx";
import { ProofRow } from "../../parts/proof/ProofPage.tsx";
import { paidMs, sumOf } from "./figures.ts";
import { usePayeeName } from "./payees.ts";
import css from "./portal.module.css";
import { useDisclosureTexts } from "./texts.ts";

const COLUMNS = 4;

/** Figures in rows, each with its seal; on a phone the date goes under the title. */
export function FigureTable({
  figures,
  caption,
  withSum = false,
  more,
}: {
  figures: readonly Figure[];
  caption: string;
  /** A double-ruled sum of all of them. */
  withSum?: boolean;
  more?: (figure: Figure) => ReactNode;
}) {
  const t = useDisclosureTexts();
  const inLanguage = useInLanguage();
  const payeeName = usePayeeName();
  const ledger = useLedger();
  const offsetS = ledger?.offset_s ?? 0;
  const date = (figure: Figure): string =>
    figure.figure_kind === "payment"
      ? dateInTable(paidMs(figure), 0)
      : dateInTable(figure.published_ms, offsetS);
  return (
    <table className={css.table}>
      <caption className="only-read-aloud">{caption}</caption>
      <thead>
        <tr>
          <th scope="col" className={css.wide}>
            {t("column.date")}
          </th>
          <th scope="col">{t("column.what")}</th>
          <th scope="col" className={css.amount}>
            {t("column.amount")}
          </th>
          <th scope="col" className={css.seal}>
            {t("column.proof")}
          </th>
        </tr>
      </thead>
      <tbody>
        {figures.map((each) => (
          <Fragment key={each.id}>
            <tr data-figure-row={each.id}>
              <td className={css.wide}>{date(each)}</td>
              <td>
                {inLanguage(each.title_zh, each.title_en)}
                <span className={css.note}>
                  <span className={css.narrow}>{date(each)} </span>
                  {each.document_number}
                  {each.figure_kind === "payment" &&
                    ` ${t("paid.to", { payee: payeeName(each.payee) })}`}
                  {more?.(each)}
                </span>
              </td>
              <td className={css.amount}>
                <Money fen={each.amount_fen} unit="yuan" />
              </td>
              <td className={css.seal}>
                <ProofBadge figure={each} bare />
              </td>
            </tr>
            <ProofRow figure={each} columns={COLUMNS} />
          </Fragment>
        ))}
      </tbody>
      {withSum && (
        <tfoot>
          <tr>
            <td className={css.wide} />
            <th scope="row">{t("total")}</th>
            <td className={css.amount}>
              <Money fen={sumOf(figures)} unit="yuan" />
            </td>
            <td className={css.seal} />
          </tr>
          <tr className={css.sumSeal}>
            <td colSpan={COLUMNS}>
              <SumBadge figures={figures} />
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}
