import { Fragment } from "react";
import { type Row, useRows } from "../../api/views.ts";
import { useInLanguage } from "../../i18n/texts.ts";
import { Money } from "../../parts/Money.tsx";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import type { Figure } from "../../parts/proof/figure.ts";
import { ProofBadge } from "../../parts/proof/ProofBadge.tsx";
import { ProofRow } from "../../parts/proof/ProofPage.tsx";
import css from "./portal.module.css";
import { isKey, useDisclosureTexts } from "./texts.ts";

/** What an organisation has published, month by month, numbered; what is withheld keeps its number. */
export function Register({
  organisation,
  figures,
}: {
  organisation: string;
  figures: readonly Figure[];
}) {
  const t = useDisclosureTexts();
  const gazettes = useRows("disclosure_gazettes", { organisation });
  const gaps = useRows("disclosure_gaps");
  const months = (gazettes.data?.rows ?? []).toSorted((one, other) =>
    (other.month ?? "").localeCompare(one.month ?? ""),
  );
  return (
    <section className={css.block}>
      <h2>{t("register.title")}</h2>
      <p className={css.note}>{t("register.text")}</p>
      <PlainProblem problem={gazettes.error ?? gaps.error} />
      {gazettes.data && months.length === 0 && <p>{t("register.none")}</p>}
      {gaps.data &&
        months.map((each) => (
          <Month
            key={each.id}
            gazette={each}
            figures={figures.filter((figure) => figure.gazette === each.id)}
            gaps={gaps.data.rows.filter((gap) => gap.gazette === each.id)}
          />
        ))}
    </section>
  );
}

const COLUMNS = 4;

function Month({
  gazette,
  figures,
  gaps,
}: {
  gazette: Row<"disclosure_gazettes">;
  figures: readonly Figure[];
  gaps: readonly Row<"disclosure_gaps">[];
}) {
  const t = useDisclosureTexts();
  const count = gazette.count ?? 0;
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  return (
    <table className={css.table}>
      <caption>
        {t("register.month", {
          month: gazette.month ?? "",
          count,
          withheld: gazette.withheld ?? 0,
        })}
      </caption>
      <thead>
        <tr>
          <th scope="col" className={css.number}>
            {t("column.number")}
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
        {numbers.map((number) => {
          const figure = figures.find((each) => each.number === number);
          const gap = gaps.find((each) => each.number === number);
          return (
            <Fragment key={number}>
              <tr>
                <td className={css.number}>{number}</td>
                {figure ? <Published figure={figure} /> : <Withheld gap={gap} number={number} />}
              </tr>
              {figure && <ProofRow figure={figure} columns={COLUMNS} />}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

function Published({ figure }: { figure: Figure }) {
  const t = useDisclosureTexts();
  const inLanguage = useInLanguage();
  const { reason, corrected_by, corrects, status } = figure;
  return (
    <>
      <td>
        {inLanguage(figure.title_zh, figure.title_en)}
        <span className={css.note}>
          {figure.document_number}{" "}
          {t("basis", {
            basis: inLanguage(figure.basis_zh.join("、"), figure.basis_en.join(", ")),
          })}
        </span>
        {corrected_by && <span className={css.note}>{t("register.corrected", { reason })}</span>}
        {corrects && <span className={css.note}>{t("register.corrects", { reason })}</span>}
        {status === "reversed" && <span className={css.note}>{t("register.reversed")}</span>}
      </td>
      <td className={css.amount}>
        <Money fen={figure.amount_fen} unit="yuan" />
      </td>
      <td className={css.seal}>
        <ProofBadge figure={figure} bare />
      </td>
    </>
  );
}

function Withheld({ gap, number }: { gap: Row<"disclosure_gaps"> | undefined; number: number }) {
  const t = useDisclosureTexts();
  const inLanguage = useInLanguage();
  if (!gap) {
    return (
      <td colSpan={COLUMNS - 1}>
        <strong className={css.hole}>{t("register.missing", { number })}</strong>
      </td>
    );
  }
  const kind = `kind.${gap.figure_kind}`;
  return (
    <td colSpan={COLUMNS - 1}>
      {t("register.withheld", { kind: isKey(kind) ? t(kind) : (gap.figure_kind ?? "") })}
      <span className={css.note}>
        {t("register.ground", { ground: inLanguage(gap.ground_zh, gap.ground_en) })}
      </span>
    </td>
  );
}
