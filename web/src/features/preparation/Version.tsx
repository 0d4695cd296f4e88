import { useInLanguage } from "../../i18n/texts.ts";
import { Money } from "../../parts/Money.tsx";
import { difference, targetText } from "./diff.ts";
import type { Content } from "./form.ts";
import type { CycleRules, EstimateLine } from "./source.ts";
import { useTexts } from "./texts.ts";
import css from "./version.module.css";
import { useWords } from "./words.ts";

/** A version as it was submitted: lines beside the estimate, goals beside the documents. */
export function VersionView({
  content,
  estimate,
  rules,
}: {
  content: Content;
  estimate: readonly EstimateLine[];
  rules: CycleRules | null;
}) {
  const t = useTexts();
  const words = useWords();
  return (
    <div className={css.version}>
      <Lines content={content} estimate={estimate} />
      <div className={css.evidence}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must scroll by keyboard */}
        <section tabIndex={0} aria-label={t("tab.goals")}>
          <h3>{t("tab.goals")}</h3>
          {content.goals ? <Goals content={content} rules={rules} /> : <p>{t("goals.none")}</p>}
        </section>
        <section aria-label={t("tab.documents")}>
          <h3>{t("tab.documents")}</h3>
          {content.documents.length === 0 && <p>{t("documents.none")}</p>}
          <ul className={css.documents}>
            {content.documents.map((each) => (
              <li key={each.sha256}>
                <span className={css.kind}>{words("document", each.document_kind)}</span>
                {each.title}
                <details>
                  <summary>{t("technical")}</summary>
                  <span className="code">SHA-256 {each.sha256}</span>
                </details>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </div>
  );
}

function Lines({ content, estimate }: { content: Content; estimate: readonly EstimateLine[] }) {
  const t = useTexts();
  const words = useWords();
  const inLanguage = useInLanguage();
  const years = [
    ...new Set(content.lines.flatMap((each) => each.amounts.map((of) => of.year))),
  ].toSorted((a, b) => a - b);
  const estimated = new Map(estimate.map((each) => [each.line, each.amount_fen]));
  const total = (amounts: Content["lines"][number]["amounts"]): number =>
    amounts.reduce((sum, each) => sum + each.amount_fen, 0);
  const ofYear = (year: number): number =>
    content.lines.reduce(
      (sum, each) => sum + total(each.amounts.filter((of) => of.year === year)),
      0,
    );
  const whole = content.lines.reduce((sum, each) => sum + total(each.amounts), 0);
  const wholeEstimate = estimate.reduce((sum, each) => sum + each.amount_fen, 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must scroll by keyboard
    <section className={css.scroll} tabIndex={0} aria-label={t("tab.lines")}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t("line.title")}</th>
            <th scope="col">{t("line.classes")}</th>
            <th scope="col">{t("line.nature")}</th>
            {years.map((each) => (
              <th key={each} scope="col" className={css.amount}>
                {t("version.year", { year: each })}
              </th>
            ))}
            <th scope="col" className={css.amount}>
              {t("line.sum")}
            </th>
            {estimate.length > 0 && (
              <>
                <th scope="col" className={css.amount}>
                  {t("limit.amount_fen")}
                </th>
                <th scope="col" className={css.amount}>
                  {t("version.beyond")}
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {content.lines.map((each) => {
            const limit = estimated.get(each.line);
            const mine = total(each.amounts);
            return (
              <tr key={`${each.line}${each.nature}${each.source}`}>
                <th scope="row">{inLanguage(each.titles.zh, each.titles.en)}</th>
                <td>
                  {each.function} / {each.economic} / {each.government_economic}
                </td>
                <td>
                  {words("nature", each.nature)} · {words("source", each.source)}
                </td>
                {years.map((year) => (
                  <td key={year} className={css.amount}>
                    <Money fen={total(each.amounts.filter((of) => of.year === year))} />
                  </td>
                ))}
                <td className={css.amount}>
                  <Money fen={mine} />
                </td>
                {estimate.length > 0 && (
                  <>
                    <td className={css.amount}>
                      <Money fen={limit} unknown={t("version.noestimate")} />
                    </td>
                    <td className={css.amount}>
                      <Money fen={limit === undefined ? null : mine - limit} />
                    </td>
                  </>
                )}
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              {t("line.sum")}
            </th>
            {years.map((each) => (
              <td key={each} className={css.amount}>
                <Money fen={ofYear(each)} />
              </td>
            ))}
            <td className={css.amount}>
              <Money fen={whole} />
            </td>
            {estimate.length > 0 && (
              <>
                <td className={css.amount}>
                  <Money fen={wholeEstimate} />
                </td>
                <td className={css.amount}>
                  <Money fen={whole - wholeEstimate} />
                </td>
              </>
            )}
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

function Goals({ content, rules }: { content: Content; rules: CycleRules | null }) {
  const t = useTexts();
  const inLanguage = useInLanguage();
  const { goals } = content;
  if (!goals) return null;
  const kindOf = (code: string): string => {
    const found = rules?.goal_kinds.find((each) => each.code === code);
    return found ? inLanguage(found.titles.zh, found.titles.en) : code;
  };
  const sum = goals.indicators.reduce((bp, each) => bp + each.weight_bp, 0);
  return (
    <>
      <p>{goals.overall_goal}</p>
      <p>{goals.year_goal}</p>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t("goal.kind")}</th>
            <th scope="col">{t("goal.name")}</th>
            <th scope="col" className={css.amount}>
              {t("goal.target")}
            </th>
            <th scope="col" className={css.amount}>
              {t("goal.weight")}
            </th>
            <th scope="col">{t("goal.evidence")}</th>
          </tr>
        </thead>
        <tbody>
          {goals.indicators.map((each) => (
            <tr key={`${each.indicator_kind}${each.name}`}>
              <td>{kindOf(each.indicator_kind)}</td>
              <th scope="row">{each.name}</th>
              <td className={css.amount}>{targetText(each)}</td>
              <td className={css.amount}>{each.weight_bp / 100}</td>
              <td>{each.evidence}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              {t("line.sum")}
            </th>
            <td className={css.amount}>{sum / 100}</td>
            <td />
          </tr>
        </tfoot>
      </table>
    </>
  );
}

/** What differs between two versions, in the words of the form. */
export function DifferenceView({ before, after }: { before: Content; after: Content }) {
  const t = useTexts();
  const found = difference(before, after);
  const isSame =
    found.amounts.length +
      found.reclassified.length +
      found.goals.length +
      found.documents.length ===
      0 && !found.titles;
  if (isSame) return <p>{t("diff.same")}</p>;
  return (
    <div className={css.version}>
      {found.titles && (
        <p>
          <del>{found.titles.before}</del> <ins>{found.titles.after}</ins>
        </p>
      )}
      {found.amounts.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must scroll by keyboard
        <section className={css.scroll} tabIndex={0} aria-label={t("diff.amounts")}>
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{t("line.title")}</th>
                <th scope="col">{t("year")}</th>
                <th scope="col" className={css.amount}>
                  {t("diff.before")}
                </th>
                <th scope="col" className={css.amount}>
                  {t("diff.after")}
                </th>
                <th scope="col" className={css.amount}>
                  {t("diff.change")}
                </th>
              </tr>
            </thead>
            <tbody>
              {found.amounts.map((each) => (
                <tr key={`${each.line}/${each.year}`}>
                  <th scope="row">{each.title}</th>
                  <td>{each.year}</td>
                  <td className={css.amount}>
                    <Money fen={each.before} />
                  </td>
                  <td className={css.amount}>
                    <Money fen={each.after} />
                  </td>
                  <td className={css.amount}>
                    <Money fen={each.after - each.before} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {[...found.reclassified, ...found.goals.map((each) => ({ ...each, title: each.name }))].map(
        (each) => (
          <p key={`${each.title}${each.before}`}>
            {each.title || t("tab.goals")}：<del>{each.before || t("diff.none")}</del>{" "}
            <ins>{each.after || t("diff.none")}</ins>
          </p>
        ),
      )}
      {found.documents.map((each) => (
        <p key={`${each.title}${each.change}`}>
          {t(`diff.document.${each.change}`)}：{each.title}
        </p>
      ))}
    </div>
  );
}
