import { useState } from "react";
import { Link } from "react-router";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { useRecordWords } from "../../api/words.ts";
import { useActing } from "../../app/acting.ts";
import { type Act, Acts, actOf, WhoElse } from "../../desk/Acts.tsx";
import { DataTable } from "../../desk/DataTable.tsx";
import { DeskPage } from "../../desk/Panel.tsx";
import { textOfRows } from "../../desk/schema.ts";
import { useInLanguage } from "../../i18n/texts.ts";
import { amountText } from "../../parts/amounts.ts";
import { newId } from "../../parts/newId.ts";
import { useTitle } from "../../parts/title.ts";
import { Follow } from "../procedure/Follow.tsx";
import { useClasses } from "./classes.ts";
import type { EstimateLine, Project } from "./source.ts";
import { useTexts } from "./texts.ts";

const DOCUMENTS = [
  "feasibility",
  "ex_ante",
  "survey",
  "estimate",
  "price",
  "configuration",
  "other",
] as const;

/** The project library: what may be asked for, and the estimates that were approved. */
export function Component() {
  const t = useTexts();
  const words = useRecordWords();
  const names = useNames();
  const inLanguage = useInLanguage();
  const found = useRows("preparation_projects");
  const estimate = useEstimate();
  useTitle(t("library"));
  return (
    <DeskPage
      title={t("library")}
      state={
        <>
          {t("library.text")} <Link to="/desk/requests">{t("requests.title")}</Link>
        </>
      }
    >
      <DataTable<Project>
        name={t("library")}
        rows={found.data?.rows}
        height={found.data?.height}
        problem={found.error}
        rowKey={(row) => row.id}
        to={(row) => `/desk/records/preparation/project/${row.id}`}
        empty={t("library.none")}
        columns={[
          {
            key: "title",
            title: t("library.project"),
            width: 240,
            isFixed: true,
            show: (row) => inLanguage(row.title_zh, row.title_en) || row.id,
          },
          { key: "unit", title: t("unit"), show: (row) => names.organisation(row.unit) },
          {
            key: "kind",
            title: t("library.kind"),
            width: 100,
            show: (row) => words.code("project_kind", row.project_kind ?? ""),
          },
          {
            key: "years",
            title: t("library.years"),
            width: 110,
            show: (row) => `${row.first_year}–${row.last_year}`,
          },
          {
            key: "estimate",
            title: t("library.estimate"),
            width: 150,
            fen: (row) => (row.estimates ? row.estimate_fen : null),
          },
          {
            key: "act",
            title: t("library.act"),
            width: 130,
            show: (row) => (
              <>
                <Acts isInRow acts={[estimate(row)]} />
                <Follow isInRow about={`preparation/project/${row.id}`} record={row} />
              </>
            ),
          },
        ]}
      />
      <WhoElse acts={[estimate()]} />
      <Enter />
    </DeskPage>
  );
}

/** Returns the act of approving a project's estimate; a revision begins with what stands. */
function useEstimate(): (project?: Project) => Act {
  const t = useTexts();
  const inLanguage = useInLanguage();
  const classes = useClasses();
  const versions = useRows("preparation_estimates").data?.rows ?? [];
  const tree = (name: "function" | "economic") =>
    classes[name].map((each) => ({ value: each.value, title: `${each.value} ${each.label}` }));
  return (project) => {
    const newest = versions
      .filter((each) => each.project === project?.id)
      .toSorted((a, b) => (b.version ?? 0) - (a.version ?? 0))[0];
    const lines = ((newest?.lines ?? []) as EstimateLine[]).map((each) => ({
      line: each.line,
      "titles.zh": each.titles.zh,
      "titles.en": each.titles.en,
      function: each.function,
      economic: each.economic,
      amount_fen: amountText(each.amount_fen),
    }));
    return actOf<"preparation.estimate.approve/1">({
      kind: "preparation.estimate.approve/1",
      verb: t(newest ? "library.revise" : "library.approve"),
      subject: inLanguage(project?.title_zh, project?.title_en),
      fixed: { project: project?.id ?? "" },
      begin: { lines: textOfRows(lines) },
      choices: { "lines.function": tree("function"), "lines.economic": tree("economic") },
      rowBegins: { lines: (at) => ({ line: `${project?.id}-l${at + 1}` }) },
      intro: t("library.estimate.intro"),
    });
  };
}

/** Enters a project for one's own institution, or for one of its units. */
function Enter() {
  const t = useTexts();
  const names = useNames();
  const { organisation } = useActing();
  const [id, setId] = useState(() => newId("p"));
  const units = names.all.filter(
    (each) => each.id === organisation || each.parent === organisation,
  );
  return (
    <Acts
      acts={[
        actOf<"preparation.project.register/1">({
          kind: "preparation.project.register/1",
          by: [organisation],
          fixed: { project: id, ...(units.length === 1 && { organisation }) },
          choices: {
            organisation: units.map((each) => ({
              value: each.id,
              title: names.organisation(each.id),
            })),
            "documents.document_kind": DOCUMENTS.map((each) => ({
              value: each,
              title: t(`document.${each}`),
            })),
          },
          rowBegins: { documents: (at) => ({ document_kind: DOCUMENTS[at] ?? "other" }) },
          intro: t("library.enter.intro"),
          done: () => setId(newId("p")),
        }),
      ]}
    />
  );
}
