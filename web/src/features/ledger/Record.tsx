import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useRecordWords } from "../../api/words.ts";
import { useNamed } from "../../desk/named.ts";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { useKinds } from "../../desk/SchemaForm.tsx";
import { type Moment, Timeline } from "../../desk/Timeline.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { dayInTable, timeInTable } from "../../parts/dates.ts";
import { Money } from "../../parts/Money.tsx";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import { Follow } from "../procedure/Follow.tsx";
import { changedBetween, type Leaf, leavesOf, unitOf } from "./fields.ts";
import css from "./ledger.module.css";
import {
  type Change,
  type Fields,
  saveBundle,
  useRecord,
  useTrail,
  useVersions,
  type Version,
} from "./reading.ts";
import { useLedgerTexts, useRecordTitle } from "./texts.ts";

/** Any record: as it is or was, its versions with what changed, who changed it, its proof. */
export function Component() {
  const t = useLedgerTexts();
  const key = useParams()["*"] ?? "";
  const title = useRecordTitle();
  const [asked, setAsked] = useSearchParams();
  const height = asked.get("height") ?? undefined;
  const date = asked.get("date") ?? undefined;
  const record = useRecord(key, { height, date });
  const id = key.split("/").slice(2).join("/");
  const name = useNameOf(record.data?.record);
  const heading = `${title(key)} ${name || id}`;
  useTitle(heading);
  const isPast = height !== undefined || date !== undefined;
  return (
    <DeskPage
      title={heading}
      state={
        <>
          <Link to="/desk/ledger">{t("menu")}</Link> · {t("record.lead")}
        </>
      }
      actions={record.data?.record && <Follow about={key} record={{ title: name }} />}
      aside={
        <>
          <Trail of={key} />
          <Proof of={key} />
        </>
      }
    >
      <Panel
        title={t("record.asof")}
        more={record.data && t("record.asof.page", { height: record.data.height })}
      >
        <form
          className={css.asked}
          onSubmit={(event) => {
            event.preventDefault();
            const wanted = new FormData(event.currentTarget).get("date");
            setAsked(wanted ? { date: String(wanted) } : {}, { replace: true });
          }}
        >
          <label htmlFor="asof">{t("record.asof.date")}</label>
          <input id="asof" name="date" type="date" defaultValue={date} />
          <Button htmlType="submit">{t("record.asof.show")}</Button>
          {isPast && (
            <Button onClick={() => setAsked({}, { replace: true })}>{t("record.asof.now")}</Button>
          )}
        </form>
        <PlainProblem problem={record.error} />
        {!record.data && !record.error && <p aria-live="polite">{t("loading")}</p>}
        {record.data && <Members of={record.data.record} />}
      </Panel>
      {!record.error && <Versions of={key} />}
    </DeskPage>
  );
}

/** What people call a record: its title or name, the number of its voucher or document. */
function useNameOf(record: Fields | null | undefined): string {
  const inLanguage = useInLanguage();
  const told = (record?.titles ?? record?.names) as { zh?: string; en?: string } | undefined;
  const number = record?.voucher ?? record?.document_number ?? record?.title;
  return inLanguage(told?.zh, told?.en) || (typeof number === "string" ? number : "");
}

function Members({ of }: { of: Fields | null }) {
  const t = useLedgerTexts();
  const words = useRecordWords();
  const leaves = leavesOf(of);
  if (leaves.length === 0) return <p>{t("record.none")}</p>;
  return (
    <dl className={css.members}>
      {leaves.map((each) => (
        <div key={each.path}>
          <dt title={each.path}>{words.member(each.path)}</dt>
          <dd>
            <Value path={each.path} value={each.value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A member's value as its unit says: amounts in yuan, times by the ledger's clock, codes and ids by name. */
function Value({ path, value }: { path: string; value: Leaf["value"] | undefined }): ReactNode {
  const t = useLedgerTexts();
  const ledger = useLedger();
  const words = useRecordWords();
  const named = useNamed();
  if (value === undefined) return "—";
  if (value === null || value === "") return <span className={css.quiet}>{t("record.empty")}</span>;
  const unit = unitOf(path);
  if (typeof value === "number") {
    if (unit === "fen") return <Money fen={value} unit="yuan" />;
    if (unit === "ms" && value > 0 && ledger) return timeInTable(value, ledger.offset_s);
    if (unit === "day" && value > 0) return dayInTable(value);
    if (unit === "bp") return `${value / 100}%`;
  }
  if (typeof value === "boolean") return t(value ? "record.yes" : "record.no");
  if (unit === "sha256") return <code>{value}</code>;
  return words.code(path, named(String(value)));
}

function Versions({ of }: { of: string }) {
  const t = useLedgerTexts();
  const ledger = useLedger();
  const told = useVersions(of);
  const trail = useTrail(of).data;
  const [open, setOpen] = useState<number | null>(null);
  const versions = told.data?.versions ?? [];
  const shown = versions.map((each, at) => ({ each, before: versions[at - 1], at })).toReversed();
  return (
    <Panel title={t("record.versions")} more={versions.length || undefined}>
      <PlainProblem problem={told.error} />
      <ul className={css.versions}>
        {shown.map(({ each, before, at }) => {
          const time = trail?.find((one) => one.from_height === each.from_height)?.time_ms;
          const isOpen = open === null ? at === versions.length - 1 : open === at;
          return (
            <li key={each.from_height}>
              <button
                type="button"
                className={css.link}
                aria-expanded={isOpen}
                onClick={() => setOpen(isOpen ? -1 : at)}
              >
                {t("record.version", { number: at + 1 })}
              </button>{" "}
              <span>
                {t("record.from", {
                  time: time && ledger ? timeInTable(time, ledger.offset_s) : "—",
                  height: each.from_height,
                })}
                {each.to_height === null
                  ? ` · ${t("record.now")}`
                  : ` · ${t("record.until", { height: each.to_height })}`}
              </span>{" "}
              <Link to={`?height=${each.from_height}`}>{t("record.asof.show")}</Link>
              {isOpen && <Differs before={before} after={each} />}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

function Differs({ before, after }: { before: Version | undefined; after: Version }) {
  const t = useLedgerTexts();
  const words = useRecordWords();
  if (!before) return <p className={css.quiet}>{t("record.first")}</p>;
  if (!after.record) return <p>{t("record.gone")}</p>;
  return (
    <div className={css.scroll}>
      <table className={css.differs}>
        <caption>{t("record.diff")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("record.field")}</th>
            <th scope="col">{t("record.before")}</th>
            <th scope="col">{t("record.after")}</th>
          </tr>
        </thead>
        <tbody>
          {changedBetween(before.record, after.record).map((each) => (
            <tr key={each.path}>
              <th scope="row" title={each.path}>
                {words.member(each.path)}
              </th>
              <td>
                <Value path={each.path} value={each.before} />
              </td>
              <td>
                <strong>
                  <Value path={each.path} value={each.after} />
                </strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Trail({ of }: { of: string }) {
  const t = useLedgerTexts();
  const told = useTrail(of);
  if (told.error || !told.data) return null;
  return (
    <Panel title={t("record.trail")}>
      <Timeline
        moments={told.data.toReversed().map(
          (each): Moment => ({
            key: String(each.from_height),
            state: "done",
            what: <What of={each} />,
            more: <When of={each} />,
          }),
        )}
      />
    </Panel>
  );
}

function What({ of }: { of: Change }) {
  const t = useLedgerTexts();
  const inLanguage = useInLanguage();
  const names = useNames();
  const kinds = useKinds();
  if (of.commands.length === 0) {
    return t(of.from_height === 0 ? "record.trail.genesis" : "record.trail.auto");
  }
  return (
    <>
      {!of.sure && <small>{t("record.trail.unsure")}</small>}
      {of.commands.map((each) => {
        const kind = kinds?.find((one) => one.kind === each.kind);
        return (
          <div key={each.place}>
            <strong>{kind ? inLanguage(kind.title_zh, kind.title) : each.kind}</strong>{" "}
            {names.organisation(each.organisation)} {each.post && names.post(each.post)}
          </div>
        );
      })}
    </>
  );
}

function When({ of }: { of: Change }) {
  const t = useLedgerTexts();
  const ledger = useLedger();
  return (
    <>
      {of.time_ms !== null && ledger && `${timeInTable(of.time_ms, ledger.offset_s)} · `}
      <Link to={`/desk/ledger/${of.from_height}`}>
        {t("facts.page", { height: of.from_height })}
      </Link>
    </>
  );
}

function Proof({ of }: { of: string }) {
  const t = useLedgerTexts();
  const [problem, setProblem] = useState<unknown>(null);
  return (
    <Panel title={t("record.proof")}>
      <p>{t("record.proof.text")}</p>
      <p>
        <Button
          onClick={() => {
            setProblem(null);
            const name = `${of.replaceAll("/", "-")}.json`;
            saveBundle(`/api/proofs/records/${of}`, name).catch(setProblem);
          }}
        >
          {t("record.proof.get")}
        </Button>
      </p>
      <PlainProblem problem={problem} />
      <details className={css.detail}>
        <summary>{t("page.detail")}</summary>
        <p>
          {t("record.key")} <code>{of}</code>
        </p>
      </details>
    </Panel>
  );
}
