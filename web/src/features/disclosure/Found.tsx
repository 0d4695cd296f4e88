import { useMemo } from "react";
import { Link } from "react-router";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { useInLanguage } from "../../i18n/texts.ts";
import { Money } from "../../parts/Money.tsx";
import type { Figure } from "../../parts/proof/figure.ts";
import { ProofBadge } from "../../parts/proof/ProofBadge.tsx";
import { ProofPlace } from "../../parts/proof/ProofPage.tsx";
import { find } from "./finding.ts";
import css from "./portal.module.css";
import { useProjects } from "./reading.ts";
import { groupsOf, paymentsOf } from "./spending.ts";
import { type DisclosureKey, useDisclosureTexts } from "./texts.ts";

interface Hit {
  id: string;
  text: string;
  type: DisclosureKey;
  title: string;
  /** Where it leads; nowhere for what has no page. */
  to: string;
  note: string;
  figure?: Figure;
}

const PAID = ["supplier", "engineer"];
const OWN_PAGE = ["government", "department", "unit", "finance_bureau"];

function useHits(figures: readonly Figure[]) {
  const t = useDisclosureTexts();
  const inLanguage = useInLanguage();
  const names = useNames();
  const projects = useProjects(figures);
  const { data } = useRows("execution_agreements");
  const agreements = data?.rows;
  return useMemo(() => {
    const hits: Hit[] = projects.map((each) => ({
      id: `project/${each.id}`,
      text: `${each.title_zh} ${each.title_en} ${names.organisation(each.unit)}`,
      type: "type.project",
      title: inLanguage(each.title_zh, each.title_en),
      to: `/project/${each.id}`,
      note: names.organisation(each.unit),
    }));
    const paid = groupsOf(paymentsOf(figures), "payee").filter((each) => each.first.payee?.title);
    for (const { id, first, figures: of } of paid) {
      const title = first.payee?.title ?? "";
      hits.push({
        id: `payee/${id}`,
        text: `${title} ${id}`,
        type: "type.payee",
        title,
        to: `/payments?payee=${encodeURIComponent(id)}`,
        note: t("payee.paid", { count: of.length }),
      });
    }
    const isListed = new Set(paid.map((each) => each.first.payee?.title));
    for (const each of names.all) {
      const kind = each.organisation_kind ?? "";
      const isPaid = PAID.includes(kind);
      if (isPaid ? isListed.has(each.name_zh) : !OWN_PAGE.includes(kind)) continue;
      hits.push({
        id: `organisation/${each.id}`,
        text: `${each.name_zh} ${each.name_en}`,
        type: isPaid ? "type.payee" : "type.organisation",
        title: inLanguage(each.name_zh, each.name_en),
        to: isPaid ? "" : `/department/${each.id}`,
        note: isPaid ? t("payee.note") : names.organisation(each.parent),
      });
    }
    for (const each of agreements ?? []) {
      hits.push({
        id: `agreement/${each.id}`,
        text: `${each.title} ${each.number} ${names.organisation(each.unit)}`,
        type: "type.agreement",
        title: each.title ?? "",
        to: `/department/${each.unit}`,
        note: `${each.number} · ${names.organisation(each.unit)}`,
      });
    }
    const projectOf = new Map(
      projects.flatMap((each) =>
        [each.requests, each.approvals, each.payments, each.accountability]
          .flat()
          .map((figure) => [figure.id, each.id] as const),
      ),
    );
    for (const figure of figures) {
      const project = projectOf.get(figure.id);
      hits.push({
        id: figure.id,
        text: `${figure.title_zh} ${figure.title_en} ${figure.document_number} ${figure.payee?.title ?? ""} ${names.organisation(figure.organisation)}`,
        type: "type.figure",
        title: inLanguage(figure.title_zh, figure.title_en),
        to: project ? `/project/${project}` : `/department/${figure.organisation}`,
        note: `${names.organisation(figure.organisation)} · ${figure.document_number || figure.year}`,
        figure,
      });
    }
    const counts = {
      figures: figures.length,
      projects: projects.length,
      organisations: hits.filter(
        (each) => each.id.startsWith("organisation/") || each.id.startsWith("payee/"),
      ).length,
      agreements: agreements?.length ?? 0,
    };
    return { hits, counts };
  }, [figures, projects, names, agreements, inLanguage, t]);
}

/** What a search finds; nothing found repeats the query and offers the nearest. */
export function Found({ query, figures }: { query: string; figures: readonly Figure[] }) {
  const t = useDisclosureTexts();
  const { hits, counts } = useHits(figures);
  const { found, nearest } = useMemo(() => find(hits, query), [hits, query]);
  return (
    <section className={css.block} aria-live="polite">
      <h2>
        {found.length ? t("found", { count: found.length, query }) : t("found.none", { query })}
      </h2>
      {found.length === 0 && <p>{t("found.hint")}</p>}
      {nearest.length > 0 && <p>{t("found.nearest")}</p>}
      <ul className={css.hits}>
        {[...found, ...nearest].map((each) => (
          <li key={each.id}>
            <span className={css.hitType}>{t(each.type)}</span>
            <span>
              {each.to ? <Link to={each.to}>{each.title}</Link> : <strong>{each.title}</strong>}
              <span className={css.note}>{each.note}</span>
            </span>
            {each.figure && (
              <span className={css.hitFigure}>
                <Money fen={each.figure.amount_fen} unit="yuan" />
                <ProofBadge figure={each.figure} bare />
              </span>
            )}
            {each.figure && (
              <div className={css.hitPanel}>
                <ProofPlace figure={each.figure} />
              </div>
            )}
          </li>
        ))}
      </ul>
      <p className={css.note}>{t("found.what", counts)}</p>
      <p>
        <Link to="/">{t("found.back")}</Link>
      </p>
    </section>
  );
}
