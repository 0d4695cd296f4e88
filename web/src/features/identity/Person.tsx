import { Button } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import type { Kind } from "../../api/commands.ts";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useRecordWords } from "../../api/words.ts";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { CommandDrawer, useKinds } from "../../desk/SchemaForm.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { dateInTable } from "../../parts/dates.ts";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import { Subscriptions } from "../procedure/Subscriptions.tsx";
import css from "./admin.module.css";
import { useAdminTexts, useChoices, usePeople } from "./adminTexts.ts";

type Person = Row<"identity_persons">;
interface Held {
  post: string;
  from_ms?: number;
  until_ms?: number | null;
}
interface Doing {
  kind: Kind;
  fixed: Record<string, string>;
  what?: (told: string) => string;
  intro?: string;
}

/** One person: posts, keys, further rights, open work, and the road of a leaver. */
export function Component() {
  const t = useAdminTexts();
  const { id = "" } = useParams();
  const people = usePeople();
  const of = people.rows?.find((each) => each.id === id && each.organisation !== undefined);
  useTitle(of ? people.name(id) : t("title"));
  if (people.problem) return <PlainProblem problem={people.problem} />;
  if (!people.rows) return <p aria-live="polite">{t("loading")}</p>;
  if (!of) {
    return (
      <DeskPage title={t("person.missing")}>
        <p>
          <Link to="/desk/admin">{t("person.back")}</Link>
        </p>
      </DeskPage>
    );
  }
  return <Page of={of} name={people.name(id)} />;
}

function Page({ of, name }: { of: Person; name: string }) {
  const t = useAdminTexts();
  const inLanguage = useInLanguage();
  const names = useNames();
  const choices = useChoices();
  const kinds = useKinds();
  const [doing, setDoing] = useState<Doing | null>(null);
  const work = useOpenWork(of);
  const acts = (kind: Kind, fixed: Record<string, string> = {}) => {
    const found = kinds?.find((each) => each.kind === kind);
    const act = found ? inLanguage(found.title_zh, found.title) : kind;
    setDoing({
      kind,
      fixed: { person: of.id, ...fixed },
      what: (told) => t("person.what", { act, name, told: told ? t("told", { told }) : "" }),
    });
  };
  const state = of.state ?? "active";
  return (
    <DeskPage
      title={name}
      state={
        <>
          <Link to="/desk/admin">{t("title")}</Link> · {names.organisation(of.organisation)} ·{" "}
          <strong>{t(`state.${state}` as "state.active")}</strong>
        </>
      }
      actions={
        state !== "closed" && (
          <>
            {state === "locked" ? (
              <Button onClick={() => acts("identity.person.unlock/1")}>{t("person.unlock")}</Button>
            ) : (
              <Button onClick={() => acts("identity.person.lock/1")}>{t("person.lock")}</Button>
            )}
            {state === "frozen" ? (
              <Button onClick={() => acts("identity.person.unfreeze/1")}>
                {t("person.unfreeze")}
              </Button>
            ) : (
              <Button autoInsertSpace={false} onClick={() => acts("identity.person.freeze/1")}>
                {t("person.freeze")}
              </Button>
            )}
          </>
        )
      }
      aside={
        <>
          <Work rows={work} />
          {state !== "closed" && work && (
            <Leaving of={of} name={name} count={work.length} start={setDoing} />
          )}
        </>
      }
    >
      <Posts of={of} acts={acts} />
      <Keys of={of} acts={acts} start={setDoing} />
      <Grants of={of} />
      {state !== "closed" && <Subscriptions person={of.id} name={name} />}
      {doing && (
        <CommandDrawer
          key={`${doing.kind}${JSON.stringify(doing.fixed)}`}
          kind={doing.kind}
          fixed={doing.fixed as never}
          choices={choices}
          intro={doing.intro}
          {...(doing.what && { what: doing.what })}
          close={() => setDoing(null)}
        />
      )}
    </DeskPage>
  );
}

type Acts = (kind: Kind, fixed?: Record<string, string>) => void;

/** Tasks that the person holds, or one of his posts does. */
function useOpenWork(of: Person): Row<"procedure_tasks">[] | undefined {
  const told = useRows("procedure_tasks", { is_open: true }).data?.rows;
  const holders = [
    `person:${of.id}`,
    ...((of.posts ?? []) as Held[]).map((each) => `post:${each.post}`),
  ];
  return told?.filter((each) => holders.includes(each.holder ?? ""));
}

function Posts({ of, acts }: { of: Person; acts: Acts }) {
  const t = useAdminTexts();
  const names = useNames();
  const ledger = useLedger();
  const held = (of.posts ?? []) as Held[];
  const date = (ms: number) => (ledger ? dateInTable(ms, ledger.offset_s) : "");
  return (
    <Panel
      title={t("person.posts")}
      more={held.length || undefined}
      aside={
        of.state !== "closed" && (
          <Button size="small" onClick={() => acts("identity.post.assign/1")}>
            {t("person.assign")}
          </Button>
        )
      }
    >
      {held.length === 0 && <p>{t("person.posts.none")}</p>}
      <ul className={css.list}>
        {held.map((each) => (
          <li key={each.post}>
            <strong>{names.post(each.post)}</strong>
            <span>
              {each.until_ms
                ? t("person.term", {
                    from: date(each.from_ms ?? 0),
                    until: date(each.until_ms - 1),
                  })
                : t("person.since", { from: date(each.from_ms ?? 0) })}
            </span>
            <Button
              size="small"
              autoInsertSpace={false}
              onClick={() => acts("identity.post.release/1", { post: each.post })}
            >
              {t("person.release")}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Keys({ of, acts, start }: { of: Person; acts: Acts; start: (doing: Doing) => void }) {
  const t = useAdminTexts();
  const ledger = useLedger();
  const keys = useRows("identity_keys", { person: of.id }).data?.rows;
  const { organisation } = of;
  return (
    <Panel
      title={t("person.keys")}
      more={keys?.length || undefined}
      aside={
        of.state !== "closed" && (
          <Button size="small" onClick={() => acts("identity.key.add/1")}>
            {t("person.key.add")}
          </Button>
        )
      }
    >
      {keys?.length === 0 && <p>{t("person.keys.none")}</p>}
      <ul className={css.list}>
        {keys?.map((each) => (
          <li key={each.id}>
            <strong>{each.label}</strong>
            <span>{t(`key.${each.state}` as "key.valid")}</span>
            <span>
              {ledger &&
                t("person.since", { from: dateInTable(each.from_ms ?? 0, ledger.offset_s) })}
            </span>
            {each.state === "valid" && organisation && (
              <Button
                size="small"
                autoInsertSpace={false}
                onClick={() => start({ kind: "identity.key.revoke/1", fixed: { kid: each.id } })}
              >
                {t("person.key.revoke")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <p className={css.quiet}>
        {t("person.key.lost")} <Link to="/desk/admin?tab=proposals">{t("tab.proposals")}</Link>
      </p>
    </Panel>
  );
}

function Grants({ of }: { of: Person }) {
  const t = useAdminTexts();
  const ledger = useLedger();
  const told = useRows("identity_grants", { grantee: `person:${of.id}` }).data?.rows;
  const open = told?.filter((each) => !each.ended);
  return (
    <Panel title={t("person.grants")} more={open?.length || undefined}>
      {open?.length === 0 && <p>{t("person.grants.none")}</p>}
      <ul className={css.list}>
        {open?.map((each) => (
          <li key={each.id}>
            <code>{each.right}</code>
            <span>{t(`origin.${each.origin}` as "origin.task")}</span>
            {each.until_ms && ledger && (
              <span>
                {t("grants.until")} {dateInTable(each.until_ms - 1, ledger.offset_s)}
              </span>
            )}
          </li>
        ))}
      </ul>
      <p>
        <Link to="/desk/admin?tab=grants">{t("tab.grants")}</Link>
      </p>
    </Panel>
  );
}

function Work({ rows }: { rows: Row<"procedure_tasks">[] | undefined }) {
  const t = useAdminTexts();
  const words = useRecordWords();
  const ledger = useLedger();
  if (!rows) return null;
  const hidden = rows.filter((each) => each.hidden).length;
  return (
    <Panel
      title={t("person.work")}
      more={rows.length > 0 ? t("person.work.count", { count: rows.length, hidden }) : undefined}
    >
      {rows.length === 0 && <p>{t("person.work.none")}</p>}
      <ul className={css.list}>
        {rows.map((each) => (
          <li key={each.id}>
            <Link to={`/desk/records/${each.subject_key}`}>
              {words.code("task_kind", each.task_kind ?? "")}
            </Link>
            {each.deadline_ms && ledger && (
              <span>
                {t("person.work.due", { date: dateInTable(each.deadline_ms - 1, ledger.offset_s) })}
              </span>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

interface LeavingProps {
  of: Person;
  name: string;
  count: number;
  start: (doing: Doing) => void;
}

/** The road of a leaver: hand over all work at once, then close. */
function Leaving({ of, name, count, start }: LeavingProps) {
  const t = useAdminTexts();
  const told = (words: string) => (words ? t("told", { told: words }) : "");
  return (
    <Panel title={t("person.leave")}>
      <p>{t("person.leave.text")}</p>
      {count > 0 && <p>{t("person.leave.blocked", { count })}</p>}
      <div className={css.tools}>
        <Button
          type={count > 0 ? "primary" : "default"}
          onClick={() =>
            start({
              kind: "procedure.work.hand_over/1",
              fixed: { person: of.id },
              intro: t("person.handOver.intro"),
              what: (words) => t("person.handOver.what", { name, count, told: told(words) }),
            })
          }
        >
          {t("person.handOver")}
        </Button>
        <Button
          onClick={() =>
            start({
              kind: "identity.person.close/1",
              fixed: { person: of.id },
              what: (words) => t("person.close.what", { name, told: told(words) }),
            })
          }
        >
          {t("person.close")}
        </Button>
      </div>
    </Panel>
  );
}
