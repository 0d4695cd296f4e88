import type { ReactNode } from "react";
import css from "./official.module.css";
import { useDeskTexts } from "./texts.ts";

export interface OfficialColumn {
  key: string;
  title: ReactNode;
  isAmount?: boolean;
}

export interface OfficialRow {
  key: string;
  cells: Readonly<Record<string, ReactNode>>;
  /** Stands below the one before it, set in. */
  isPart?: boolean;
}

/**
 * A table as the ministry's form has it: title, unit at the right, ink grid, double-ruled sum,
 * what adds up said in words, signatures. Printed alone, on A4.
 */
export function OfficialTable({
  title,
  unit,
  columns,
  rows,
  sum,
  identities = [],
  signatures = [],
}: {
  title: string;
  unit: string;
  columns: readonly OfficialColumn[];
  rows: readonly OfficialRow[];
  sum: Readonly<Record<string, ReactNode>>;
  /** What was checked to add up, in words. */
  identities?: readonly ReactNode[];
  /** Who signs below, such as 编制单位 and 审核人. */
  signatures?: readonly string[];
}) {
  const t = useDeskTexts();
  return (
    <figure className={css.official} data-official>
      <figcaption>{title}</figcaption>
      <p className={css.unit}>{t("official.unit", { unit })}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must scroll by keyboard */}
      <section className={css.scroll} tabIndex={0} aria-label={title}>
        <table>
          <thead>
            <tr>
              {columns.map((each) => (
                <th key={each.key} scope="col">
                  {each.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key}>
                {columns.map((each, at) => (
                  <Cell key={each.key} column={each} isHead={at === 0} isPart={row.isPart ?? false}>
                    {row.cells[each.key]}
                  </Cell>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              {columns.map((each, at) => (
                <Cell key={each.key} column={each} isHead={at === 0} isPart={false}>
                  {sum[each.key]}
                </Cell>
              ))}
            </tr>
          </tfoot>
        </table>
      </section>
      {identities.length > 0 && (
        <ul className={css.identities}>
          {identities.map((each, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they have no other name
            <li key={at}>{each}</li>
          ))}
        </ul>
      )}
      {signatures.length > 0 && (
        <p className={css.signatures}>
          {signatures.map((each) => (
            <span key={each}>{each}</span>
          ))}
        </p>
      )}
    </figure>
  );
}

function Cell({
  column,
  isHead,
  isPart,
  children,
}: {
  column: OfficialColumn;
  isHead: boolean;
  isPart: boolean;
  children: ReactNode;
}) {
  if (isHead) {
    return (
      <th scope="row" className={isPart ? css.part : ""}>
        {children}
      </th>
    );
  }
  return <td className={column.isAmount ? css.amount : ""}>{children}</td>;
}
