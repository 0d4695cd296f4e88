import { Button } from "antd";
import { useMemo, useState } from "react";
import { Link, useParams } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { Helpers } from "../../desk/Refusal.tsx";
import { CommandDrawer } from "../../desk/SchemaForm.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { useInLanguage, useLanguage } from "../../i18n/texts.ts";
import { dateInText, dayInTable, timeInTable } from "../../parts/dates.ts";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import type { Hook, Listed } from "./document.ts";
import { percent } from "./marks.tsx";
import { useContracts, useHooks } from "./reading.ts";
import css from "./rules.module.css";
import { useRuleTexts } from "./texts.ts";
import { Changes } from "./Versions.tsx";

type Of = Row<"contracts_proposals">;

/** One proposal: what it would change, who has said what, and what it waits for. */
export function Component() {
  const t = useRuleTexts();
  const { id = "" } = useParams();
  const { listed } = useContracts();
  const hooks = useHooks();
  const found = useRows("contracts_proposals", { id });
  const [of] = found.data?.rows ?? [];
  if (found.error) return <PlainProblem problem={found.error} />;
  if (!found.data || !listed || !hooks) return <p aria-live="polite">{t("loading")}</p>;
  if (!of) {
    return (
      <DeskPage title={t("proposal.missing")}>
        <p>
          <Link to="/desk/rules">{t("rule.back")}</Link>
        </p>
      </DeskPage>
    );
  }
  return <Page of={of} listed={listed} hooks={hooks} />;
}

interface PageProps {
  of: Of;
  listed: readonly Listed[];
  hooks: readonly Hook[];
}

type Doing = "review" | "for" | "against";

function Page({ of, listed, hooks }: PageProps) {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  const names = useNames();
  const [doing, setDoing] = useState<Doing | null>(null);
  const contract = listed.find((each) => each.id === of.contract);
  const before = listed.find((each) => each.id === contract?.document.prev);
  const hook = hooks.find((each) => each.name === of.hook);
  const title = t("proposal.title", {
    action: t(`action.${of.action}` as "action.bind"),
    title: contract
      ? inLanguage(contract.document.title_zh, contract.document.title_en)
      : (of.case ?? ""),
  });
  useTitle(title);
  const fixed = useMemo(() => ({ proposal: of.id }), [of.id]);
  const keys = useMemo(() => [`contracts/proposal/${of.id}`], [of.id]);
  return (
    <DeskPage
      title={title}
      state={
        <>
          <Link to="/desk/rules">{t("title")}</Link> ·{" "}
          <strong>{t(`pstate.${of.state}` as "pstate.voting")}</strong> ·{" "}
          {t("proposal.by", { organisation: names.organisation(of.organisation) })}
        </>
      }
      actions={
        <>
          {of.state === "submitted" && (
            <Button type="primary" onClick={() => setDoing("review")}>
              {t("proposal.review")}
            </Button>
          )}
          {of.state === "voting" && (
            <>
              <Button type="primary" onClick={() => setDoing("for")}>
                {t("proposal.vote.for")}
              </Button>
              <Button onClick={() => setDoing("against")}>{t("proposal.vote.against")}</Button>
            </>
          )}
        </>
      }
      aside={
        <>
          <Votes of={of} />
          <Next of={of} />
        </>
      }
    >
      <Facts of={of} contract={contract} />
      {contract && before && (
        <Panel title={t("proposal.change")}>
          <Changes before={before.document} after={contract.document} hook={hook} />
        </Panel>
      )}
      {doing === "review" && (
        <CommandDrawer
          kind="contracts.review/1"
          fixed={fixed}
          intro={t("proposal.review.intro")}
          what={(words) => t("proposal.review.what", { title, told: t("told", { told: words }) })}
          close={() => setDoing(null)}
        />
      )}
      {(doing === "for" || doing === "against") && (
        <Sign
          kind="contracts.vote/1"
          body={{ proposal: of.id, accept: doing === "for" }}
          on={keys}
          what={t(`proposal.vote.what.${doing}`, { title })}
          close={() => setDoing(null)}
        />
      )}
    </DeskPage>
  );
}

function Facts({ of, contract }: { of: Of; contract: Listed | undefined }) {
  const t = useRuleTexts();
  const language = useLanguage();
  const ledger = useLedger();
  return (
    <dl className={css.meta}>
      <div>
        <dt>{t("proposal.reason")}</dt>
        <dd>{of.reason}</dd>
      </div>
      <div>
        <dt>{t("proposal.from")}</dt>
        <dd>{of.activate_day ? dayInTable(of.activate_day) : "—"}</dd>
      </div>
      <div>
        <dt>{t("proposal.until")}</dt>
        <dd>{ledger && dateInText(of.until_ms ?? 0, ledger.offset_s, language)}</dd>
      </div>
      <div>
        <dt>{t("proposal.certificate")}</dt>
        <dd>
          {of.certificate_sha256 ? (
            <code>{of.certificate_sha256}</code>
          ) : (
            t("proposal.certificate.none")
          )}
        </dd>
      </div>
      {contract && (
        <div>
          <dt>{t("version", { version: contract.version })}</dt>
          <dd>
            <Link to={`/desk/rules/${contract.id}`}>{t("proposal.open")}</Link>
          </dd>
        </div>
      )}
    </dl>
  );
}

/** What each institution has said, and how far that is from the thresholds. */
function Votes({ of }: { of: Of }) {
  const t = useRuleTexts();
  const names = useNames();
  const [now] = useRows("identity_governance").data?.rows ?? [];
  const [ballot] = useRows("contracts_ballots", { id: of.id }).data?.rows ?? [];
  const weights = (now?.weights ?? []) as [string, number][];
  const votes = (ballot?.votes ?? []) as { organisation: string; accepted: boolean }[];
  const all = weights.reduce((sum, [, weight]) => sum + weight, 0);
  const weigh = (isCounted: (vote: (typeof votes)[number]) => boolean): number =>
    weights.reduce(
      (sum, [organisation, weight]) =>
        sum + (votes.some((v) => v.organisation === organisation && isCounted(v)) ? weight : 0),
      0,
    );
  const share = (weight: number): string =>
    percent(all === 0 ? 0 : Math.floor((weight * 10_000) / all));
  return (
    <Panel title={t("proposal.votes")}>
      <ul className={css.weights}>
        {weights.map(([organisation, weight]) => {
          const vote = votes.find((each) => each.organisation === organisation);
          return (
            <li key={organisation}>
              <span>
                {names.organisation(organisation)}（{t("governance.weight", { weight })}）
              </span>
              <strong>
                {vote
                  ? t(vote.accepted ? "proposal.for" : "proposal.against")
                  : t("proposal.notyet")}
              </strong>
            </li>
          );
        })}
      </ul>
      {now && (
        <p className={css.quiet}>
          {t("proposal.sofar", {
            participation: share(weigh(() => true)),
            need: percent(now.participation_bp ?? 0),
            approval: share(weigh((vote) => vote.accepted)),
            enough: percent(now.approval_bp ?? 0),
          })}
        </p>
      )}
    </Panel>
  );
}

/** What it waits for, and which posts can do that. */
function Next({ of }: { of: Of }) {
  const t = useRuleTexts();
  const names = useNames();
  const ledger = useLedger();
  const roles = useRows("identity_roles").data?.rows;
  const [now] = useRows("identity_governance").data?.rows ?? [];
  const right = of.state === "submitted" ? "contracts.review" : "contracts.vote";
  const able = (roles ?? []).filter((each) => (each.rights as string[]).includes(right));
  const members = ((now?.weights ?? []) as [string, number][]).map(
    ([organisation]) => organisation,
  );
  const posts = names.posts.filter(
    (each) =>
      members.includes(each.organisation ?? "") &&
      able.some((role) => (each.roles as string[]).includes(role.id)),
  );
  const isOver = of.state !== "submitted" && of.state !== "voting";
  return (
    <Panel title={t("proposal.wait")}>
      <p>
        {t(
          isOver
            ? "proposal.wait.over"
            : of.state === "submitted"
              ? "proposal.wait.submitted"
              : "proposal.wait.voting",
        )}
      </p>
      {!isOver && posts.length === 0 && <p>{t("nobody")}</p>}
      {!isOver && <Helpers who={posts.map((each) => `${each.id}@${each.organisation}`)} />}
      {!isOver && ledger && (
        <p className={css.quiet}>
          {t("proposal.until")} {timeInTable(of.until_ms ?? 0, ledger.offset_s)}
        </p>
      )}
    </Panel>
  );
}
