import { Link, useParams } from "react-router";
import { useNames } from "../../api/names.ts";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { useTitle } from "../../parts/title.ts";
import { CaseDesk, CaseHolder, CaseRoad, useCase } from "./CaseDesk.tsx";
import { Follow } from "./Follow.tsx";
import { useWorkTexts, worded } from "./texts.ts";
import css from "./work.module.css";
import { addressOf, itemOf } from "./work.ts";

/** A review of whatever has no page of its own. */
export function Component() {
  const t = useWorkTexts();
  const names = useNames();
  const { id = "" } = useParams();
  const found = useCase(id);
  const state = found ? worded(t, `case.${found.state}`, found.state ?? "") : "";
  useTitle(`${t("case.title")} ${state}`);
  if (found === undefined) return <DeskPage title={t("case.title")}>{null}</DeskPage>;
  if (found === null) {
    return (
      <DeskPage title={t("case.title")}>
        <p className={css.empty}>{t("case.none")}</p>
      </DeskPage>
    );
  }
  const subject = found.subject_key ?? "";
  const about = `${names.organisation(found.organisation)} ${worded(t, `what.${found.subject_kind}`, found.subject_kind ?? "")}`;
  return (
    <DeskPage
      title={about}
      state={state}
      actions={<Follow about={`procedure/case/${id}`} />}
      aside={
        <>
          <CaseHolder id={id} />
          <CaseRoad id={id} />
        </>
      }
    >
      <Panel title={t("case.subject")}>
        <p>
          <Link to={addressOf(itemOf(subject))}>{about}</Link>
        </p>
      </Panel>
      <CaseDesk id={id} what={about} />
    </DeskPage>
  );
}
