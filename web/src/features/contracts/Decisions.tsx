import { Button } from "antd";
import { Link } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { DataTable } from "../../desk/DataTable.tsx";
import { useKinds } from "../../desk/SchemaForm.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { timeInTable } from "../../parts/dates.ts";
import { type Decision, type Listed, rowOf } from "./document.ts";
import type { useDecisions } from "./reading.ts";
import css from "./rules.module.css";
import { useRuleTexts } from "./texts.ts";

interface DecisionsProps {
  of: Listed;
  told: ReturnType<typeof useDecisions>;
  decisions: Decision[] | undefined;
}

/** What this rule has decided, newest first, and what the ledger cannot know of it. */
export function Decisions({ of, told, decisions }: DecisionsProps) {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  const names = useNames();
  const ledger = useLedger();
  const kinds = useKinds();
  const rebound = useRows("contracts_cases", { hook: of.document.hook }).data?.rows.length ?? 0;
  const first = told.data?.pages[0];
  const kindTitle = (each: Decision) => {
    const found = kinds?.find((kind) => kind.kind === each.kind);
    return found ? inLanguage(found.title_zh, found.title) : t("decisions.automatic");
  };
  return (
    <div className={css.block}>
      <DataTable<Decision>
        name={t("decisions.name")}
        rows={decisions}
        height={first?.height}
        problem={told.error}
        rowKey={(each) => `${each.height}/${each.place}/${each.event}/${each.input_sha256}`}
        columns={[
          {
            key: "time_ms",
            title: t("decisions.when"),
            width: 140,
            order: (each) => each.time_ms ?? 0,
            show: (each) =>
              each.time_ms !== null && ledger ? timeInTable(each.time_ms, ledger.offset_s) : "—",
          },
          { key: "what", title: t("decisions.what"), show: kindTitle },
          {
            key: "organisation",
            title: t("decisions.who"),
            show: (each) => names.organisation(each.organisation) || "—",
          },
          {
            key: "result",
            title: t("decisions.result"),
            width: 320,
            show: (each) => <Result of={each} />,
          },
          {
            key: "row",
            title: t("decisions.row"),
            width: 120,
            show: (each) => {
              if (each.rows === null) return t("decisions.hidden");
              const row = rowOf(each, of.name);
              const query = new URLSearchParams({
                row,
                page: String(each.height),
                place: String(each.place),
              });
              return (
                <Link to={`/desk/rules/${of.id}?${query}`}>
                  {row === "default" ? t("grid.last") : row}
                </Link>
              );
            },
          },
          {
            key: "page",
            title: t("decisions.page"),
            width: 90,
            order: (each) => each.height,
            show: (each) => <Link to={`/desk/ledger/${each.height}`}>{each.height}</Link>,
          },
        ]}
        empty={t(
          of.document.hook === "identity.access" ? "decisions.empty.access" : "decisions.empty",
        )}
      />
      {told.hasNextPage && (
        <Button loading={told.isFetchingNextPage} onClick={() => void told.fetchNextPage()}>
          {t("decisions.more")}
        </Button>
      )}
      {decisions && first && (
        <p className={css.quiet}>
          {t("decisions.known", {
            applied: decisions.length,
            refused: decisions.filter((each) => !each.accepted).length,
            rebound,
          })}{" "}
          {t("decisions.unknown", { from: first.known_from })}
        </p>
      )}
    </div>
  );
}

function Result({ of }: { of: Decision }) {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  if (!of.accepted) {
    return (
      <>
        <strong>{t("decisions.refused")}</strong>
        {of.told && `${t("grid.is")}${inLanguage(of.told.title_zh, of.told.title)}`}
      </>
    );
  }
  if (of.verdict === null) return t("decisions.hidden");
  return of.verdict ? t(`code.${of.verdict}` as "code.approve") : t("decisions.accepted");
}
