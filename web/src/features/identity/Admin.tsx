import { Button, Tabs } from "antd";
import { useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { Kind } from "../../api/commands.ts";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { DataTable } from "../../desk/DataTable.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { Helpers } from "../../desk/Refusal.tsx";
import { CommandDrawer, useKinds } from "../../desk/SchemaForm.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { dateInTable, timeInTable } from "../../parts/dates.ts";
import { useTitle } from "../../parts/title.ts";
import { Subscriptions } from "../procedure/Subscriptions.tsx";
import css from "./admin.module.css";
import { useAdminTexts, useChoices, usePeople } from "./adminTexts.ts";
import { Calendars } from "./Calendars.tsx";

interface Doing {
  kind: Kind;
  fixed?: Record<string, string>;
}

const NOTHING = {};

/** People, posts, organisations, rights, and what waits for a second person. */
export function Component() {
  const t = useAdminTexts();
  const [asked, setAsked] = useSearchParams();
  const [doing, setDoing] = useState<Doing | null>(null);
  const choices = useChoices();
  useTitle(t("title"));
  const start = (kind: Kind, fixed?: Record<string, string>) =>
    setDoing(fixed ? { kind, fixed } : { kind });
  return (
    <DeskPage title={t("title")} state={t("lead")}>
      <WhoCan />
      <Tabs
        activeKey={asked.get("tab") ?? "people"}
        onChange={(tab) => setAsked({ tab }, { replace: true })}
        items={[
          { key: "people", label: t("tab.people"), children: <People start={start} /> },
          { key: "organisations", label: t("tab.organisations"), children: <All start={start} /> },
          { key: "posts", label: t("tab.posts"), children: <Posts start={start} /> },
          { key: "roles", label: t("tab.roles"), children: <Roles /> },
          { key: "grants", label: t("tab.grants"), children: <Grants start={start} /> },
          { key: "proposals", label: t("tab.proposals"), children: <Proposals /> },
          { key: "calendar", label: t("tab.calendar"), children: <Calendars /> },
          { key: "following", label: t("tab.following"), children: <FollowingTab /> },
          { key: "others", label: t("tab.others"), children: <Others start={start} /> },
        ]}
      />
      {doing && (
        <CommandDrawer
          key={doing.kind}
          kind={doing.kind}
          fixed={(doing.fixed ?? NOTHING) as never}
          choices={choices}
          intro={
            doing.kind === "identity.delegation.give/1" ? t("grants.delegate.intro") : undefined
          }
          close={() => setDoing(null)}
        />
      )}
    </DeskPage>
  );
}

type Start = { start: (kind: Kind, fixed?: Record<string, string>) => void };

/** The posts that administer, so that everybody else knows whom to ask. */
function WhoCan() {
  const t = useAdminTexts();
  const names = useNames();
  const roles = useRows("identity_roles").data?.rows ?? [];
  const able = roles.filter((each) => (each.rights as string[]).includes("identity.post.*"));
  const posts = names.posts.filter((each) =>
    able.some((role) => (each.roles as string[]).includes(role.id)),
  );
  return (
    <div className={css.who}>
      <span>{t("who")}</span>
      <Helpers who={posts.map((each) => `${each.id}@${each.organisation}`)} />
    </div>
  );
}

function People({ start }: Start) {
  const t = useAdminTexts();
  const names = useNames();
  const people = usePeople();
  const shown = people.rows?.filter((each) => each.organisation !== undefined);
  return (
    <DataTable<Row<"identity_persons">>
      name={t("tab.people")}
      rows={shown}
      height={people.height}
      problem={people.problem}
      rowKey={(each) => each.id}
      to={(each) => `/desk/admin/people/${each.id}`}
      toolbar={
        <Button onClick={() => start("identity.person.register/1")}>{t("people.add")}</Button>
      }
      columns={[
        {
          key: "name",
          title: t("people.name"),
          width: 180,
          show: (each) => people.name(each.id),
          order: (each) => people.name(each.id),
        },
        {
          key: "organisation",
          title: t("people.organisation"),
          show: (each) => names.organisation(each.organisation),
          order: (each) => names.organisation(each.organisation),
        },
        {
          key: "posts",
          title: t("people.posts"),
          show: (each) =>
            ((each.posts ?? []) as { post: string }[])
              .map((held) => names.post(held.post))
              .join(t("comma")),
        },
        {
          key: "state",
          title: t("people.state"),
          width: 100,
          show: (each) => t(`state.${each.state}` as "state.active"),
          order: (each) => each.state ?? "",
        },
      ]}
      empty={t("people.empty")}
    />
  );
}

function All({ start }: Start) {
  const t = useAdminTexts();
  const names = useNames();
  const inLanguage = useInLanguage();
  const told = useRows("identity_organisations");
  return (
    <DataTable<Row<"identity_organisations">>
      name={t("tab.organisations")}
      rows={told.data?.rows}
      height={told.data?.height}
      problem={told.error}
      rowKey={(each) => each.id}
      to={(each) => `/desk/records/identity/organisation/${each.id}`}
      toolbar={
        <Button onClick={() => start("identity.organisation.register/1")}>
          {t("organisations.add")}
        </Button>
      }
      columns={[
        {
          key: "name",
          title: t("organisations.name"),
          show: (each) => inLanguage(each.name_zh, each.name_en),
          order: (each) => each.name_zh ?? "",
        },
        {
          key: "kind",
          title: t("organisations.kind"),
          width: 140,
          show: (each) => t(`okind.${each.organisation_kind}` as "okind.unit"),
          order: (each) => each.organisation_kind ?? "",
        },
        {
          key: "parent",
          title: t("organisations.parent"),
          show: (each) => names.organisation(each.parent) || "—",
        },
      ]}
      empty={t("organisations.empty")}
    />
  );
}

function Posts({ start }: Start) {
  const t = useAdminTexts();
  const names = useNames();
  const people = usePeople();
  const inLanguage = useInLanguage();
  const told = useRows("identity_posts");
  const roles = useRows("identity_roles").data?.rows;
  const role = (id: string) => {
    const found = roles?.find((each) => each.id === id);
    return found ? inLanguage(found.title_zh, found.title_en) : id;
  };
  return (
    <DataTable<Row<"identity_posts">>
      name={t("tab.posts")}
      rows={told.data?.rows}
      height={told.data?.height}
      problem={told.error}
      rowKey={(each) => each.id}
      to={(each) => `/desk/records/identity/post/${each.id}`}
      toolbar={<Button onClick={() => start("identity.post.create/1")}>{t("posts.add")}</Button>}
      columns={[
        {
          key: "title",
          title: t("posts.title"),
          show: (each) => inLanguage(each.title_zh, each.title_en),
          order: (each) => each.title_zh ?? "",
        },
        {
          key: "organisation",
          title: t("posts.organisation"),
          show: (each) => names.organisation(each.organisation),
          order: (each) => names.organisation(each.organisation),
        },
        {
          key: "roles",
          title: t("posts.roles"),
          show: (each) => ((each.roles ?? []) as string[]).map(role).join(t("comma")),
        },
        {
          key: "holders",
          title: t("posts.holders"),
          show: (each) => {
            if (each.holders === undefined) return "—";
            const holders = each.holders as string[];
            if (holders.length === 0) return t("posts.vacant");
            return holders.map((id) => (
              <Link key={id} to={`/desk/admin/people/${id}`} className={css.holder}>
                {people.name(id)}
              </Link>
            ));
          },
        },
      ]}
      empty={t("posts.empty")}
    />
  );
}

function Roles() {
  const t = useAdminTexts();
  const inLanguage = useInLanguage();
  const told = useRows("identity_roles");
  const list = (rights: unknown) => (
    <span className={css.rights}>
      {((rights ?? []) as string[]).map((each) => (
        <code key={each}>{each}</code>
      ))}
    </span>
  );
  return (
    <DataTable<Row<"identity_roles">>
      name={t("tab.roles")}
      rows={told.data?.rows}
      height={told.data?.height}
      problem={told.error}
      rowKey={(each) => each.id}
      columns={[
        {
          key: "title",
          title: t("roles.title"),
          width: 200,
          show: (each) => inLanguage(each.title_zh, each.title_en),
        },
        { key: "rights", title: t("roles.rights"), width: 520, show: (each) => list(each.rights) },
        { key: "gives", title: t("roles.gives"), width: 160, show: (each) => list(each.gives) },
      ]}
      empty={t("roles.empty")}
    />
  );
}

function Grants({ start }: Start) {
  const t = useAdminTexts();
  const names = useNames();
  const people = usePeople();
  const ledger = useLedger();
  const told = useRows("identity_grants");
  const [isAll, setAll] = useState(false);
  const all = told.data?.rows.filter((each) => each.right !== undefined);
  const rows = isAll ? all : all?.filter((each) => !each.ended && each.origin !== "task");
  const holder = (id: string | undefined) => {
    const [what, ...rest] = (id ?? "").split(":");
    const of = rest.join(":");
    return what === "post" ? names.post(of) : people.name(of);
  };
  return (
    <DataTable<Row<"identity_grants">>
      name={t("tab.grants")}
      rows={rows}
      all={all?.length}
      height={told.data?.height}
      problem={told.error}
      rowKey={(each) => each.id}
      toolbar={
        <span className={css.tools}>
          <label className={css.check}>
            <input
              type="checkbox"
              checked={isAll}
              onChange={(event) => setAll(event.target.checked)}
            />
            {t("grants.all")}
          </label>
          <Button onClick={() => start("identity.grant.give/1")}>{t("grants.add")}</Button>
          <Button onClick={() => start("identity.delegation.give/1")}>
            {t("grants.delegate")}
          </Button>
        </span>
      }
      columns={[
        { key: "grantee", title: t("grants.holder"), show: (each) => holder(each.grantee) },
        { key: "right", title: t("grants.right"), show: (each) => <code>{each.right}</code> },
        {
          key: "scope",
          title: t("grants.scope"),
          show: (each) =>
            [names.organisation(each.organisation), each.project, each.line, each.field]
              .filter(Boolean)
              .join(t("comma")) || "—",
        },
        {
          key: "until_ms",
          title: t("grants.until"),
          width: 120,
          show: (each) =>
            each.until_ms && ledger ? dateInTable(each.until_ms - 1, ledger.offset_s) : "—",
        },
        {
          key: "origin",
          title: t("grants.origin"),
          width: 80,
          show: (each) => t(`origin.${each.origin}` as "origin.task"),
        },
        {
          key: "given_by",
          title: t("grants.by"),
          show: (each) => people.name(each.given_by) || "—",
        },
        {
          key: "act",
          title: t("grants.act"),
          show: (each) => {
            if (each.ended) return t("grants.ended", { why: each.ended });
            if (each.origin === "task") return t("grants.task");
            const isDelegated = each.origin === "delegation";
            const kind = isDelegated ? "identity.delegation.end/1" : "identity.grant.end/1";
            return (
              <Button size="small" onClick={() => start(kind, { grant: each.id })}>
                {t(isDelegated ? "grants.back" : "grants.end")}
              </Button>
            );
          },
        },
      ]}
      empty={t("grants.empty")}
    />
  );
}

function Proposals() {
  const t = useAdminTexts();
  const people = usePeople();
  const ledger = useLedger();
  const told = useRows("identity_proposals");
  const [doing, setDoing] = useState<{ verb: "confirm" | "withdraw"; id: string } | null>(null);
  const rows = told.data?.rows.filter((each) => each.action !== undefined);
  const of = rows?.find((each) => each.id === doing?.id);
  const keys = useMemo(
    () => (doing?.verb === "confirm" ? [`identity/proposal/${doing.id}`] : []),
    [doing],
  );
  const what = (each: Row<"identity_proposals">) => t(`action.${each.action}` as "action.key_add");
  return (
    <>
      <DataTable<Row<"identity_proposals">>
        name={t("tab.proposals")}
        rows={rows}
        height={told.data?.height}
        problem={told.error}
        rowKey={(each) => each.id}
        columns={[
          { key: "action", title: t("proposals.what"), width: 120, show: what },
          { key: "person", title: t("proposals.whom"), show: (each) => people.name(each.person) },
          {
            key: "proposed_by",
            title: t("proposals.by"),
            show: (each) => people.name(each.proposed_by),
          },
          {
            key: "until_ms",
            title: t("proposals.until"),
            width: 150,
            show: (each) => ledger && timeInTable(each.until_ms ?? 0, ledger.offset_s),
          },
          {
            key: "state",
            title: t("proposals.state"),
            width: 200,
            show: (each) =>
              each.state === "open" ? (
                <span className={css.tools}>
                  <Button
                    size="small"
                    autoInsertSpace={false}
                    onClick={() => setDoing({ verb: "confirm", id: each.id })}
                  >
                    {t("proposals.confirm")}
                  </Button>
                  <Button
                    size="small"
                    autoInsertSpace={false}
                    onClick={() => setDoing({ verb: "withdraw", id: each.id })}
                  >
                    {t("proposals.withdraw")}
                  </Button>
                </span>
              ) : (
                t(`pstate.${each.state}` as "pstate.open")
              ),
          },
        ]}
        empty={t("proposals.empty")}
      />
      {doing && of && (
        <Sign
          kind={
            doing.verb === "confirm"
              ? "identity.proposal.confirm/1"
              : "identity.proposal.withdraw/1"
          }
          body={{ proposal: doing.id }}
          on={keys}
          what={t(`proposals.${doing.verb}.what`, {
            what: what(of),
            person: people.name(of.person),
          })}
          close={() => setDoing(null)}
        />
      )}
    </>
  );
}

/** Of what I am told, and of what each member is whose page I may read. */
function FollowingTab() {
  const t = useAdminTexts();
  const names = useNames();
  const people = usePeople();
  const { person } = useActing();
  const told = useRows("procedure_subscriptions");
  return (
    <>
      <Subscriptions person={person} name={people.name(person)} />
      <DataTable<Row<"procedure_subscriptions">>
        name={t("following.members")}
        rows={told.data?.rows}
        height={told.data?.height}
        problem={told.error}
        rowKey={(each) => each.id}
        to={(each) => `/desk/admin/people/${each.id}`}
        columns={[
          { key: "name", title: t("people.name"), show: (each) => people.name(each.id) },
          {
            key: "organisation",
            title: t("people.organisation"),
            show: (each) => names.organisation(each.organisation),
          },
          {
            key: "count",
            title: t("following.count"),
            width: 140,
            show: (each) => ((each.follows ?? []) as unknown[]).length,
          },
        ]}
        empty={t("following.empty")}
      />
    </>
  );
}

/** Any command by its form: what no page has a button for. */
function Others({ start }: Start) {
  const t = useAdminTexts();
  const inLanguage = useInLanguage();
  const kinds = useKinds();
  const [chosen, setChosen] = useState("");
  return (
    <Panel title={t("tab.others")}>
      <p>{t("others.lead")}</p>
      <div className={css.tools}>
        <label htmlFor="kind">{t("others.choose")}</label>
        <select
          id="kind"
          className={css.select}
          value={chosen}
          onChange={(event) => setChosen(event.target.value)}
        >
          <option value="">{t("others.none")}</option>
          {kinds?.map((each) => (
            <option key={each.kind} value={each.kind}>
              {inLanguage(each.title_zh, each.title)}（{each.kind}）
            </option>
          ))}
        </select>
        <Button disabled={!chosen} onClick={() => start(chosen as Kind)}>
          {t("others.open")}
        </Button>
      </div>
    </Panel>
  );
}
