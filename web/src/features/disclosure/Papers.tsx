import { Link } from "react-router";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { useInLanguage } from "../../i18n/texts.ts";
import { dayInTable } from "../../parts/dates.ts";
import { Money } from "../../parts/Money.tsx";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import css from "./portal.module.css";
import { isKey, useDisclosureTexts } from "./texts.ts";

/** A unit's contracts: what of them is public. */
export function Agreements({ unit }: { unit: string }) {
  const t = useDisclosureTexts();
  const names = useNames();
  const { data, error } = useRows("execution_agreements", { unit });
  const rows = data?.rows ?? [];
  return (
    <section className={css.block}>
      <h2>{t("agreements.title")}</h2>
      <PlainProblem problem={error} />
      {data && (
        <p className={css.note}>
          {rows.length
            ? t("agreements.text", { unit: names.organisation(unit), count: rows.length })
            : t("agreements.none")}
        </p>
      )}
      {rows.length > 0 && (
        <table className={css.table}>
          <caption className="only-read-aloud">{t("agreements.title")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("column.contract")}</th>
              <th scope="col" className={css.wide}>
                {t("column.date")}
              </th>
              <th scope="col" className={css.wide}>
                {t("column.state")}
              </th>
              <th scope="col" className={css.amount}>
                {t("column.amount")}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((each) => {
              const state = `agreement.state.${each.state}`;
              return (
                <tr key={each.id}>
                  <td>
                    {each.title}
                    <span className={css.note}>{each.number}</span>
                  </td>
                  <td className={css.wide}>
                    {each.signed_day ? dayInTable(each.signed_day) : "—"}
                  </td>
                  <td className={css.wide}>{t(isKey(state) ? state : "agreement.state.other")}</td>
                  <td className={css.amount}>
                    <Money fen={each.total_fen} unit="yuan" />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}

interface Paper {
  id: string;
  title: string;
  number: string;
  amount_fen: number | undefined;
}

/** Decisions of these years that stand behind a unit's money. */
export function Documents({ unit, years }: { unit: string; years: number[] }) {
  const t = useDisclosureTexts();
  const inLanguage = useInLanguage();
  const drafts = useRows("preparation_drafts");
  const resolutions = useRows("preparation_resolutions");
  const quota = useRows("execution_quota_documents", { unit });
  const isOf = (year: number | undefined) => years.includes(year ?? 0);
  const papers: Paper[] = [
    ...(drafts.data?.rows ?? [])
      .filter((each) => isOf(each.year))
      .map((each) => ({
        id: `draft/${each.id}`,
        title: t("documents.draft"),
        number: inLanguage(each.title_zh, each.title_en),
        amount_fen: each.total_fen,
      })),
    ...(resolutions.data?.rows ?? [])
      .filter((each) => isOf(each.year))
      .map((each) => ({
        id: `resolution/${each.id}`,
        title: t("documents.resolution"),
        number: each.number ?? "",
        amount_fen: each.total_fen,
      })),
    ...(quota.data?.rows ?? [])
      .filter((each) => isOf(each.year))
      .map((each) => ({
        id: `quota/${each.id}`,
        title: t("documents.quota"),
        number: each.number ?? "",
        amount_fen: each.amount_fen,
      })),
  ];
  return (
    <section className={css.block}>
      <h2>{t("documents.title")}</h2>
      <p className={css.note}>{t(papers.length ? "documents.text" : "documents.none")}</p>
      <PlainProblem problem={drafts.error ?? resolutions.error ?? quota.error} />
      <ul className={css.list}>
        {papers.map((each) => (
          <li key={each.id}>
            <div>
              {each.number}
              <span className={css.note}>{each.title}</span>
            </div>
            <div>
              <Money fen={each.amount_fen} unit="yuan" /> {t("yuan")}
            </div>
          </li>
        ))}
      </ul>
      <p>
        <Link to="/verify#file">{t("documents.drop")}</Link>
      </p>
    </section>
  );
}
