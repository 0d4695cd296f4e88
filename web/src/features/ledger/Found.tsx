import { Link, useSearchParams } from "react-router";
import { useNames } from "../../api/names.ts";
import { useRecordWords } from "../../api/words.ts";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import css from "./ledger.module.css";
import { type FoundRow, useFound } from "./reading.ts";
import { useLedgerTexts, useRecordTitle } from "./texts.ts";

/** What the search of the head finds: projects, documents, vouchers, payees, ids. */
export function Component() {
  const t = useLedgerTexts();
  const title = useRecordTitle();
  const [asked] = useSearchParams();
  const words = (asked.get("q") ?? "").trim();
  const told = useFound(words);
  const found = told.data?.found;
  useTitle(t("search.title", { q: words }));
  const groups = grouped(found ?? []);
  const order = (name: string): number => FIRST.indexOf(name) + 1 || FIRST.length + 1;
  return (
    <DeskPage
      title={t("search.title", { q: words })}
      state={found && found.length > 0 && t("search.count", { count: found.length })}
    >
      <PlainProblem problem={told.error} />
      {words.length < 2 && <p>{t("search.short")}</p>}
      {words.length > 1 && !found && !told.error && <p aria-live="polite">{t("loading")}</p>}
      {found?.length === 0 && <p role="status">{t("search.none", { q: words })}</p>}
      {[...groups]
        .toSorted(([a], [b]) => order(a) - order(b))
        .map(([name, rows]) => (
          <Panel key={name} title={title(name)} more={rows.length}>
            <ul className={css.found}>
              {rows.map((each) => (
                <Hit key={each.key} of={each} words={words} />
              ))}
            </ul>
          </Panel>
        ))}
    </DeskPage>
  );
}

function grouped(found: readonly FoundRow[]): Map<string, FoundRow[]> {
  const groups = new Map<string, FoundRow[]>();
  for (const each of found) {
    const name = each.key.split("/").slice(0, 2).join("/");
    groups.set(name, [...(groups.get(name) ?? []), each]);
  }
  return groups;
}

/** What people look for most stands first. */
const FIRST = [
  "preparation/project",
  "execution/payment",
  "execution/agreement",
  "execution/payee",
  "identity/organisation",
  "contracts/contract",
  "preparation/request",
  "funds/line",
];

function Hit({ of, words }: { of: FoundRow; words: string }) {
  const inLanguage = useInLanguage();
  const names = useNames();
  const told = useRecordWords();
  const { row } = of;
  const name =
    inLanguage(row.title_zh ?? row.name_zh, row.title_en ?? row.name_en) || (row.title ?? "");
  const id = of.key.split("/").slice(2).join("/");
  const to = of.table === "contracts_documents" ? `/desk/rules/${id}` : `/desk/records/${of.key}`;
  const owner = row.organisation || row.unit || row.department;
  return (
    <li>
      <Link to={to}>{name || row.voucher || id}</Link>
      {(name || row.voucher) && <code>{id}</code>}
      {owner && <span>{names.organisation(owner)}</span>}
      {of.column !== "id" && !name.includes(words) && (
        <span>
          {told.member(of.column)} {row[of.column]}
        </span>
      )}
    </li>
  );
}
