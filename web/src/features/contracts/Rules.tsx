import { Link } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { useInLanguage, useLanguage } from "../../i18n/texts.ts";
import { dateInText } from "../../parts/dates.ts";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import { type Listed, tablesOf } from "./document.ts";
import { Bases, percent, StateMark } from "./marks.tsx";
import { useContracts, useHooks } from "./reading.ts";
import css from "./rules.module.css";
import { useRuleTexts } from "./texts.ts";

/** All rules, by the step of the lifecycle that asks them. */
export function Component() {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  const hooks = useHooks();
  const { listed, height, problem } = useContracts();
  useTitle(t("title"));
  if (problem) return <PlainProblem problem={problem} />;
  const inForce = listed?.filter((each) => each.state === "bound" || each.state === "suspended");
  return (
    <DeskPage title={t("title")} state={t("lead")} aside={<Governance />}>
      <OpenProposals listed={listed ?? []} />
      {(!listed || !hooks) && <p aria-live="polite">{t("loading")}</p>}
      {inForce && hooks && (
        <p className={css.quiet}>
          {t("count", {
            count: inForce.length,
            steps: new Set(inForce.map((each) => each.document.hook)).size,
          })}
          {height !== undefined && ` · ${t("at", { height })}`}
        </p>
      )}
      {inForce &&
        hooks?.map((hook) => {
          const own = inForce.filter((each) => each.document.hook === hook.name);
          return (
            <Panel key={hook.name} title={inLanguage(hook.zh, hook.en)}>
              {own.length === 0 ? (
                <p className={css.quiet}>{t("hook.none")}</p>
              ) : (
                <ul className={`${css.list} ${css.columns}`}>
                  {own.map((each) => (
                    <Line key={each.id} of={each} />
                  ))}
                </ul>
              )}
            </Panel>
          );
        })}
    </DeskPage>
  );
}

function Line({ of }: { of: Listed }) {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  const { document } = of;
  const rows = tablesOf(document).reduce((sum, each) => sum + each.rows.length, 0);
  return (
    <li>
      <Link to={`/desk/rules/${of.id}`}>{inLanguage(document.title_zh, document.title_en)}</Link>
      <StateMark state={of.state} />
      <span>{t("version.from", { version: of.version, date: document.effective_from })}</span>
      <span>{t("rows", { count: rows })}</span>
      <span className={css.basis}>
        <Bases document={document} />
      </span>
    </li>
  );
}

/** What waits for somebody, before the catalogue. */
function OpenProposals({ listed }: { listed: readonly Listed[] }) {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  const language = useLanguage();
  const names = useNames();
  const ledger = useLedger();
  const proposals = useRows("contracts_proposals").data?.rows;
  const open = proposals?.filter((each) => each.state === "submitted" || each.state === "voting");
  const title = (contract: string | undefined) => {
    const found = listed.find((each) => each.id === contract)?.document;
    return found ? inLanguage(found.title_zh, found.title_en) : "";
  };
  return (
    <Panel title={t("open.title")} more={open?.length || undefined}>
      {open && open.length === 0 && <p className={css.quiet}>{t("open.none")}</p>}
      {open && open.length > 0 && (
        <ul className={css.list}>
          {open.map((each) => (
            <li key={each.id}>
              <Link to={`/desk/rules/proposals/${each.id}`}>
                {t("proposal.title", {
                  action: t(`action.${each.action}` as "action.bind"),
                  title: title(each.contract),
                })}
              </Link>
              <strong>{t(`pstate.${each.state}` as "pstate.voting")}</strong>
              <span>
                {t("proposal.by", { organisation: names.organisation(each.organisation) })}
              </span>
              {ledger && (
                <span>
                  {t("proposal.until")} {dateInText(each.until_ms ?? 0, ledger.offset_s, language)}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Governance() {
  const t = useRuleTexts();
  const names = useNames();
  const [now] = useRows("identity_governance").data?.rows ?? [];
  const weights = (now?.weights ?? []) as [string, number][];
  return (
    <>
      <Panel title={t("governance.title")}>
        <p>{t("governance.text")}</p>
        <ul className={css.weights}>
          {weights.map(([organisation, weight]) => (
            <li key={organisation}>
              <span>{names.organisation(organisation)}</span>
              <span>{t("governance.weight", { weight })}</span>
            </li>
          ))}
        </ul>
        {now && (
          <p className={css.quiet}>
            {t("governance.need", {
              participation: percent(now.participation_bp ?? 0),
              approval: percent(now.approval_bp ?? 0),
            })}
          </p>
        )}
      </Panel>
      <Panel title={t("governance.road")}>
        <ol className={css.road}>
          <li>{t("governance.1")}</li>
          <li>{t("governance.2")}</li>
          <li>{t("governance.3")}</li>
          <li>{t("governance.4")}</li>
        </ol>
      </Panel>
    </>
  );
}
