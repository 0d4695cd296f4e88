import { Link } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { type Act, Acts, actOf, WhoElse } from "../../desk/Acts.tsx";
import { DataTable } from "../../desk/DataTable.tsx";
import { DeskPage } from "../../desk/Panel.tsx";
import { catalogue, useInLanguage } from "../../i18n/texts.ts";
import { dateInTable, dayInTable } from "../../parts/dates.ts";
import { Money } from "../../parts/Money.tsx";
import { useTitle } from "../../parts/title.ts";
import en from "./desk.en.json";
import zh from "./desk.zh-CN.json";
import { isKey, useDisclosureTexts } from "./texts.ts";

const useTexts = catalogue("publishing", zh, en);

interface Entry {
  figure: string;
  figure_kind: string;
  organisation: string;
  source: string;
}
interface Waiting extends Entry {
  queue: string;
  day: number;
}
type Figure = Row<"disclosure_figures">;

/** What waits for its day and what has been published, for those in whose name it is published. */
export function Component() {
  const t = useTexts();
  useTitle(t("publishing"));
  const { organisation } = useActing();
  const names = useNames();
  const own = [
    organisation,
    ...names.all.filter((each) => each.parent === organisation).map((each) => each.id),
  ];
  return (
    <DeskPage title={t("publishing")} state={t("publishing.text")}>
      <Queue own={own} />
      <Published own={own} />
    </DeskPage>
  );
}

function useKindWords(): (kind: string | undefined) => string {
  const words = useDisclosureTexts();
  return (kind) => {
    const key = `kind.${kind}`;
    return isKey(key) ? words(key) : (kind ?? "");
  };
}

function Queue({ own }: { own: string[] }) {
  const t = useTexts();
  const names = useNames();
  const kind = useKindWords();
  const found = useRows("disclosure_queue");
  const rows = found.data?.rows.flatMap((page) =>
    ((page.entries ?? []) as Entry[]).map(
      (each): Waiting => ({ ...each, queue: page.id, day: page.day ?? 0 }),
    ),
  );
  const mine = rows?.filter((each) => own.includes(each.organisation));
  const acts = (row?: Waiting): Act[] => {
    const fixed = {
      figure: row?.figure ?? "",
      queue: row?.queue ?? "",
      organisation: row?.organisation ?? "",
    };
    const subject = row ? `${names.organisation(row.organisation)} ${kind(row.figure_kind)}` : "";
    return [
      actOf<"disclosure.figure.publish/1">({
        kind: "disclosure.figure.publish/1",
        verb: t("publish"),
        subject,
        fixed,
        by: own,
        intro: t("publish.intro"),
      }),
      actOf<"disclosure.figure.withhold/1">({
        kind: "disclosure.figure.withhold/1",
        verb: t("withhold"),
        subject,
        fixed,
        by: own,
        intro: t("withhold.intro"),
      }),
    ];
  };
  return (
    <>
      <DataTable<Waiting>
        name={t("waiting")}
        isTitled
        rows={mine}
        all={rows?.length}
        height={found.data?.height}
        problem={found.error}
        rowKey={(row) => row.figure}
        empty={t("waiting.none")}
        columns={[
          {
            key: "kind",
            title: t("waiting"),
            width: 160,
            isFixed: true,
            show: (row) => kind(row.figure_kind),
          },
          {
            key: "who",
            title: t("publisher"),
            show: (row) => names.organisation(row.organisation),
          },
          {
            key: "day",
            title: t("waiting.day"),
            width: 110,
            show: (row) => dayInTable(row.day),
            order: (row) => row.day,
          },
          {
            key: "act",
            title: t("act"),
            width: 180,
            show: (row) => <Acts isInRow acts={acts(row)} />,
          },
        ]}
      />
      <WhoElse acts={acts()} />
    </>
  );
}

function Published({ own }: { own: string[] }) {
  const t = useTexts();
  const names = useNames();
  const ledger = useLedger();
  const inLanguage = useInLanguage();
  const kind = useKindWords();
  const [organisation = ""] = own;
  const found = useRows("disclosure_figures", { organisation });
  const act = (row?: Figure): Act =>
    actOf<"disclosure.figure.correct/1">({
      kind: "disclosure.figure.correct/1",
      verb: t("correct"),
      subject: inLanguage(row?.title_zh, row?.title_en),
      fixed: { figure: row?.id ?? "", organisation: row?.organisation ?? "" },
      by: own,
      intro: t("correct.intro"),
    });
  const rows = found.data?.rows.toSorted((a, b) => (b.published_ms ?? 0) - (a.published_ms ?? 0));
  return (
    <>
      <DataTable<Figure>
        name={t("published")}
        isTitled
        rows={rows}
        height={found.data?.height}
        problem={found.error}
        rowKey={(row) => row.id}
        to={(row) => `/desk/records/disclosure/figure/${row.id}`}
        empty={t("published.none", { organisation: names.organisation(organisation) })}
        columns={[
          {
            key: "title",
            title: t("published"),
            width: 320,
            isFixed: true,
            show: (row) => inLanguage(row.title_zh, row.title_en),
          },
          { key: "kind", title: t("kind"), width: 100, show: (row) => kind(row.figure_kind) },
          {
            key: "amount",
            title: t("amount"),
            width: 150,
            isRight: true,
            show: (row) => <Money fen={row.amount_fen} />,
          },
          {
            key: "status",
            title: t("status"),
            width: 90,
            show: (row) => t(`status.${row.status}` as "status.published"),
          },
          {
            key: "date",
            title: t("date"),
            width: 110,
            show: (row) => ledger && dateInTable(row.published_ms ?? 0, ledger.offset_s),
          },
          {
            key: "act",
            title: t("act"),
            width: 90,
            show: (row) => !row.corrected_by && <Acts isInRow acts={[act(row)]} />,
          },
        ]}
      />
      <WhoElse acts={[act()]} />
      <p>
        <Link to={`/department/${organisation}`}>{t("published.portal")}</Link>
      </p>
    </>
  );
}
