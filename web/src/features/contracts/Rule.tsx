import { Button, Tabs } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import type { Choice } from "../../desk/Asked.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { CommandDrawer } from "../../desk/SchemaForm.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import { Decisions } from "./Decisions.tsx";
import {
  type Contract,
  type Decision,
  firedIn,
  type Hook,
  type Listed,
  rowOf,
  tablesOf,
} from "./document.ts";
import { Grid, type Overlay } from "./Grid.tsx";
import { Bases, StateMark } from "./marks.tsx";
import { Rebind } from "./Rebind.tsx";
import { useContracts, useDecisions, useHooks } from "./reading.ts";
import css from "./rules.module.css";
import { Tests } from "./Tests.tsx";
import { Trial } from "./Trial.tsx";
import { useRuleTexts, useVoice } from "./texts.ts";
import { Versions } from "./Versions.tsx";
import { expressionInWords, unitOf } from "./words.ts";

const Draft = lazy(() => import("./Draft.tsx"));
const NO_CHOICES: Record<string, readonly Choice[]> = {};

/** One rule: its table, what it decided, its tests, versions and votes, where it is used. */
export function Component() {
  const t = useRuleTexts();
  const { id = "" } = useParams();
  const { listed, problem } = useContracts();
  const hooks = useHooks();
  const of = listed?.find((each) => each.id === id);
  const inLanguage = useInLanguage();
  const title = of ? inLanguage(of.document.title_zh, of.document.title_en) : "";
  useTitle(title || t("title"));
  if (problem) return <PlainProblem problem={problem} />;
  if (!listed || !hooks) return <p aria-live="polite">{t("loading")}</p>;
  if (!of) {
    return (
      <DeskPage title={t("rule.missing")}>
        <p>
          <Link to="/desk/rules">{t("rule.back")}</Link>
        </p>
      </DeskPage>
    );
  }
  const hook = hooks.find((each) => each.name === of.document.hook);
  return <Page key={of.id} of={of} listed={listed} hook={hook} title={title} />;
}

interface PageProps {
  of: Listed;
  listed: readonly Listed[];
  hook: Hook | undefined;
  title: string;
}

type Doing = "pause" | "resume" | "withdraw";
const DOING = {
  pause: "contracts.pause/1",
  resume: "contracts.resume/1",
  withdraw: "contracts.withdraw/1",
} as const;

function Page({ of, listed, hook, title }: PageProps) {
  const t = useRuleTexts();
  const [asked, setAsked] = useSearchParams();
  const [doing, setDoing] = useState<Doing | null>(null);
  const told = useDecisions(of.id);
  const decisions = useMemo(() => told.data?.pages.flatMap((each) => each.decisions), [told.data]);
  const fixed = useMemo(() => ({ contract: of.id }), [of.id]);
  const tab = asked.get("tab") ?? "grid";
  const go = (to: string) => setAsked((now) => with_(now, { tab: to }), { replace: true });
  const isDeciding = of.state === "bound" || of.state === "suspended";
  return (
    <DeskPage
      title={title}
      state={
        <>
          <Link to="/desk/rules">{t("title")}</Link> · <StateMark state={of.state} /> ·{" "}
          {t("version", { version: of.version })}
        </>
      }
      actions={
        isDeciding && (
          <>
            <Button onClick={() => go("draft")}>{t("propose")}</Button>
            {of.state === "bound" ? (
              <Button onClick={() => setDoing("pause")}>{t("pause")}</Button>
            ) : (
              <Button onClick={() => setDoing("resume")}>{t("resume")}</Button>
            )}
            <Button onClick={() => setDoing("withdraw")}>{t("withdraw")}</Button>
          </>
        )
      }
    >
      {of.state === "suspended" && (
        <p role="status" className={css.warning}>
          {t("suspended.note")}
        </p>
      )}
      <Meta of={of} hook={hook} decisions={decisions} hasMore={told.hasNextPage} />
      <Tabs
        activeKey={tab}
        onChange={go}
        items={[
          {
            key: "grid",
            label: t("tab.grid"),
            children: <Table of={of} hook={hook} decisions={decisions} />,
          },
          {
            key: "decisions",
            label: `${t("tab.decisions")} ${decisions?.length ?? ""}`,
            children: <Decisions of={of} told={told} decisions={decisions} />,
          },
          {
            key: "tests",
            label: `${t("tab.tests")} ${of.document.tests.length}`,
            children: <Tests document={of.document} hook={hook} />,
          },
          {
            key: "trial",
            label: t("tab.trial"),
            children: <Trial of={of} hook={hook} />,
          },
          {
            key: "versions",
            label: t("tab.versions"),
            children: <Versions of={of} listed={listed} hook={hook} />,
          },
          {
            key: "used",
            label: t("tab.used"),
            children: <Used of={of} listed={listed} hook={hook} />,
          },
          ...(isDeciding
            ? [
                {
                  key: "draft",
                  label: t("tab.draft"),
                  children: (
                    <Suspense fallback={<p>{t("loading")}</p>}>
                      <Draft of={of} listed={listed} hook={hook} />
                    </Suspense>
                  ),
                },
              ]
            : []),
        ]}
      />
      {doing && (
        <CommandDrawer
          kind={DOING[doing]}
          fixed={fixed}
          choices={NO_CHOICES}
          intro={t(`intro.${doing}`)}
          what={(words) =>
            t(`what.${doing}`, { title, told: words ? t("told", { told: words }) : "" })
          }
          close={() => setDoing(null)}
        />
      )}
    </DeskPage>
  );
}

function with_(now: URLSearchParams, changes: Record<string, string | null>): URLSearchParams {
  const next = new URLSearchParams(now);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return next;
}

interface MetaProps {
  of: Listed;
  hook: Hook | undefined;
  decisions: Decision[] | undefined;
  hasMore: boolean;
}

function Meta({ of, hook, decisions, hasMore }: MetaProps) {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  const { voice } = useVoice(hook);
  const { document } = of;
  const can = new Set(
    tablesOf(document).flatMap((node) =>
      [...node.rows, ...(node.default ? [node.default] : [])].flatMap((row) =>
        row.then.flatMap((cell, at) =>
          node.outputs[at]?.name === "verdict" || document.mode === "effect" ? [cell] : [],
        ),
      ),
    ),
  );
  const codes = [...can].filter((each) => each.startsWith('"') && each !== '"none"');
  const effects = document.outputs.filter((each) => each.type === "int");
  const refused = decisions?.filter((each) => !each.accepted).length ?? 0;
  return (
    <dl className={css.meta}>
      <div>
        <dt>{t("hook")}</dt>
        <dd>{hook ? inLanguage(hook.zh, hook.en) : document.hook}</dd>
      </div>
      <div>
        <dt>{t("can")}</dt>
        <dd>
          {[
            ...codes.map((each) => voice.code(each.slice(1, -1))),
            ...effects.map((each) => voice.name(each.name)),
          ].join(t("comma"))}
        </dd>
      </div>
      <div>
        <dt>{t("basis")}</dt>
        <dd>
          <Bases document={document} />
        </dd>
      </div>
      <div>
        <dt>{t("effective")}</dt>
        <dd>
          {document.effective_from}
          {document.effective_to && ` ${t("effective.until", { date: document.effective_to })}`}
        </dd>
      </div>
      <div>
        <dt>{t("judged")}</dt>
        <dd>
          {document.hook === "identity.access" ? (
            t("judged.unknown")
          ) : decisions ? (
            <>
              <strong>
                {t(hasMore ? "judged.more" : "judged.count", { count: decisions.length })}
              </strong>{" "}
              {decisions.length > 0 &&
                t("judged.split", { accepted: decisions.length - refused, refused })}
            </>
          ) : (
            "…"
          )}
        </dd>
      </div>
    </dl>
  );
}

interface TableProps {
  of: Listed;
  hook: Hook | undefined;
  decisions: Decision[] | undefined;
}

function Table({ of, hook, decisions }: TableProps) {
  const t = useRuleTexts();
  const [asked, setAsked] = useSearchParams();
  const { document } = of;
  const chosen = asked.get("row") ?? "";
  const overlay = useOverlay(of, decisions);
  const nodes = tablesOf(document);
  const used =
    document.hook === "identity.access" || !decisions
      ? undefined
      : (row: string) => decisions.filter((each) => firedIn(each, of.name, row)).length;
  return (
    <>
      <Formulas document={document} hook={hook} />
      {nodes.map((node) => (
        <Grid
          key={node.id}
          document={document}
          node={node}
          hook={hook}
          overlay={overlay}
          chosen={chosen}
          choose={(row) => setAsked((now) => with_(now, { row: row || null }), { replace: true })}
          used={used}
        />
      ))}
      <div className={css.three}>
        <Law document={document} row={chosen || (overlay?.fired[0] ?? "")} />
        <Proved document={document} />
        <Panel title={t("contest.title")}>
          <p>{t("contest.text")}</p>
        </Panel>
      </div>
    </>
  );
}

/** The case that the address names: a decision by its page, a test by its name, or a row alone. */
function useOverlay(of: Listed, decisions: Decision[] | undefined): Overlay | null {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  const [asked, setAsked] = useSearchParams();
  const page = asked.get("page");
  const place = asked.get("place");
  const testName = asked.get("test");
  const close = () =>
    setAsked((now) => with_(now, { page: null, place: null, test: null }), { replace: true });
  const test = of.document.tests.find((each) => each.name === testName);
  if (test) {
    const fired = test.fires.map((each) => each.row);
    return { title: t("grid.test", { name: test.name }), fired, facts: test.inputs, close };
  }
  if (!page) return null;
  const decision = decisions?.find(
    (each) => String(each.height) === page && (place === null || String(each.place) === place),
  );
  const row = decision ? rowOf(decision, of.name) : (asked.get("row") ?? "");
  const title = (
    <>
      {t("grid.page", { height: Number(page) })}
      {t("grid.is")}
      {decision?.told && inLanguage(decision.told.title_zh, decision.told.title)}{" "}
      <Link to={`/desk/ledger/${page}`}>{t("grid.open")}</Link>
    </>
  );
  return { title, fired: row ? [row] : [], facts: null, close };
}

function Formulas({ document, hook }: { document: Contract; hook: Hook | undefined }) {
  const t = useRuleTexts();
  const { voice } = useVoice(hook);
  const formulas = document.nodes.flatMap((each) =>
    each.kind === "expressions" ? each.formulas : [],
  );
  if (formulas.length === 0) return null;
  return (
    <div className={css.formulas}>
      <Panel title={t("grid.formulas")}>
        <dl>
          {formulas.map((each) => (
            <div key={each.name} className={css.formula}>
              <dt>{voice.name(each.name)}</dt>
              <dd>
                ={" "}
                {expressionInWords(
                  each.expression,
                  unitOf(each.expression, document.inputs),
                  voice,
                )}
              </dd>
            </div>
          ))}
        </dl>
      </Panel>
    </div>
  );
}

function Law({ document, row }: { document: Contract; row: string }) {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  const names = useNames();
  const rows = tablesOf(document).flatMap((node) => [
    ...node.rows,
    ...(node.default ? [{ id: "default", ...node.default }] : []),
  ]);
  const cited = rows.find((each) => each.id === row)?.basis;
  const laws = cited ? document.legal.filter((each) => cited.includes(each.id)) : document.legal;
  return (
    <Panel
      title={
        cited ? t("law.title", { row: row === "default" ? t("grid.last") : row }) : t("law.all")
      }
    >
      {!cited && <p className={css.quiet}>{t("law.choose")}</p>}
      {laws.map((each) => (
        <div key={each.id} className={css.law}>
          <strong>{inLanguage(each.zh, each.en)}</strong>
          {each.quote && <blockquote lang="zh-CN">{each.quote}</blockquote>}
        </div>
      ))}
      <p className={css.quiet}>
        {t("law.responsible")}
        {t("grid.is")}
        {document.responsible.map((each) => names.organisation(each.organisation)).join(t("comma"))}
      </p>
    </Panel>
  );
}

function Proved({ document }: { document: Contract }) {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  const claims = [
    t("proved.types"),
    t("proved.tests", { count: document.tests.length }),
    ...(document.waivers.length > 0
      ? [t("proved.waived", { count: document.waivers.length })]
      : []),
    ...document.invariants.map((each) =>
      t("proved.invariant", { claim: inLanguage(each.zh, each.en) }),
    ),
  ];
  return (
    <Panel title={t("proved.title")}>
      <ul className={css.ticks}>
        {claims.map((each) => (
          <li key={each}>
            <span aria-hidden="true">✓</span>
            {each}
          </li>
        ))}
      </ul>
      <p className={css.quiet}>{t("proved.note")}</p>
    </Panel>
  );
}

function Used({
  of,
  listed,
  hook,
}: {
  of: Listed;
  listed: readonly Listed[];
  hook: Hook | undefined;
}) {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  const names = useNames();
  const bindings = useRows("contracts_bindings").data?.rows;
  const cases = useRows("contracts_cases").data?.rows;
  const binding = bindings?.find((each) => (each.contracts as string[]).includes(of.id));
  const rebound = cases?.filter((each) => each.hook === of.document.hook) ?? [];
  const { organisations, projects, lines } = of.document.scope;
  const scope = [...organisations.map((each) => names.organisation(each)), ...projects, ...lines];
  return (
    <div className={css.block}>
      <Panel title={t("used.title")}>
        {binding ? (
          <>
            <p>{t("used.bound", { version: binding.version ?? 0 })}</p>
            <ol className={css.road}>
              {(binding.contracts as string[]).map((id) => {
                const each = listed.find((one) => one.id === id)?.document;
                const title = each ? inLanguage(each.title_zh, each.title_en) : id;
                return (
                  <li key={id}>
                    {id === of.id ? (
                      <strong>
                        {title}（{t("this")}）
                      </strong>
                    ) : (
                      <Link to={`/desk/rules/${id}`}>{title}</Link>
                    )}
                  </li>
                );
              })}
            </ol>
          </>
        ) : (
          <p className={css.quiet}>{t("used.none")}</p>
        )}
        <p>
          {t("used.scope")}
          {t("grid.is")}
          {scope.length > 0 ? scope.join(t("comma")) : t("used.all")}
        </p>
      </Panel>
      <Panel title={t("used.cases")} more={rebound.length || undefined}>
        {rebound.length === 0 && <p className={css.quiet}>{t("used.cases.none")}</p>}
        <ul>
          {rebound.map((each) => (
            <li key={each.id}>
              {t("used.case", { case: each.case ?? "", version: each.version ?? 0 })}
            </li>
          ))}
        </ul>
        {hook && <Rebind document={of.document} hook={hook} now={binding?.version ?? 0} />}
      </Panel>
      <details>
        <summary>{t("technical")}</summary>
        <p>
          {t("hash")} <code>{of.id}</code>
        </p>
      </details>
    </div>
  );
}
