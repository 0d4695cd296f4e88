import { Link } from "react-router";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { Money } from "../../parts/Money.tsx";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import css from "./preparation.module.css";
import type { Cycle } from "./source.ts";
import { useTexts } from "./texts.ts";
import { useWords } from "./words.ts";

/** Where a request begins: of which year, for which project of the library or for running costs. */
export function Chooser() {
  const t = useTexts();
  const words = useWords();
  const names = useNames();
  const { organisation } = useActing();
  const cycles = useRows("preparation_cycles");
  const projects = useRows("preparation_projects", { unit: organisation });
  const requests = useRows("preparation_requests", { unit: organisation });
  const problem = cycles.error ?? projects.error ?? requests.error;
  if (problem) return <PlainProblem problem={problem} />;
  const shown = (cycles.data?.rows ?? []).toSorted((a, b) => (b.year ?? 0) - (a.year ?? 0));
  return (
    <DeskPage title={t("choose.title")} state={names.organisation(organisation)}>
      {cycles.data && shown.length === 0 && <p>{t("choose.nocycle")}</p>}
      {shown.map((cycle) => (
        <Panel
          key={cycle.id}
          title={t("choose.year", { year: cycle.year ?? 0 })}
          more={`${words("stage", cycle.stage)}${cycle.closed ? t("stage.closed") : ""}`}
        >
          <Choices
            cycle={cycle}
            projects={(projects.data?.rows ?? []).filter(
              (each) =>
                (each.first_year ?? 0) <= (cycle.year ?? 0) &&
                (cycle.year ?? 0) <= (each.last_year ?? 0),
            )}
            taken={(requests.data?.rows ?? []).filter((each) => each.year === cycle.year)}
          />
        </Panel>
      ))}
    </DeskPage>
  );
}

interface ChoicesProps {
  cycle: Cycle;
  projects: { id: string; title_zh?: string; title_en?: string; estimate_fen?: number }[];
  taken: { id: string; project?: string; state?: string }[];
}

function Choices({ cycle, projects, taken }: ChoicesProps) {
  const t = useTexts();
  const words = useWords();
  const inLanguage = useInLanguage();
  const all = [...projects, { id: "", title_zh: "", title_en: "" }];
  return (
    <ul className={css.choices}>
      {all.map((each) => {
        const request = taken.find((of) => (of.project ?? "") === each.id);
        const title = inLanguage(each.title_zh, each.title_en) || t("project.basic");
        return (
          <li key={each.id}>
            {request ? (
              <>
                <Link to={`/desk/requests/${request.id}`}>{title}</Link>{" "}
                <span className={css.quiet}>
                  {t("choose.taken", { state: words("state", request.state) })}
                </span>
              </>
            ) : (
              <Link
                to={`/desk/requests/new?year=${cycle.year}&project=${encodeURIComponent(each.id)}`}
              >
                {title}
              </Link>
            )}{" "}
            {"estimate_fen" in each && typeof each.estimate_fen === "number" && (
              <span className={css.quiet}>
                {t("limit.amount_fen")} <Money fen={each.estimate_fen} />
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
