import { Button, Tabs } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { DataTable } from "../../desk/DataTable.tsx";
import { DeskPage } from "../../desk/Panel.tsx";
import { useKinds } from "../../desk/SchemaForm.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { timeInTable } from "../../parts/dates.ts";
import { isLevel, LevelBadge } from "../../parts/LevelBadge.tsx";
import { usePartTexts as useLevelTexts } from "../../parts/texts.ts";
import { useTitle } from "../../parts/title.ts";
import { FileCheck } from "./FileCheck.tsx";
import css from "./ledger.module.css";
import { type Block, type Command, useBlocks, useHealth, useKeys, useRefusals } from "./reading.ts";
import { useLedgerTexts } from "./texts.ts";

const LEVELS = ["red", "orange", "yellow", "blue"] as const;
const SEVERITY: readonly string[] = LEVELS;

/** The ledger itself: its health, its pages newest first, what was refused, and the check of a file. */
export function Component() {
  const t = useLedgerTexts();
  const [asked, setAsked] = useSearchParams();
  useTitle(t("title"));
  return (
    <DeskPage title={t("title")} state={t("lead")}>
      <Facts />
      <Tabs
        activeKey={asked.get("tab") ?? "pages"}
        onChange={(tab) => setAsked({ tab }, { replace: true })}
        items={[
          { key: "pages", label: t("tab.pages"), children: <Pages /> },
          { key: "refusals", label: t("tab.refusals"), children: <Refusals /> },
          { key: "file", label: t("tab.file"), children: <FileCheck /> },
        ]}
      />
    </DeskPage>
  );
}

function Facts() {
  const t = useLedgerTexts();
  const names = useNames();
  const ledger = useLedger();
  const health = useHealth().data;
  const keys = useKeys().data;
  if (!ledger) return <p aria-live="polite">{t("loading")}</p>;
  const witnesses = (keys?.countersigners ?? []).map((each) => each.split("+")[0] ?? "");
  return (
    <dl className={css.facts}>
      <div>
        <dt>{t("facts.health")}</dt>
        <dd>
          {health &&
            (health.well ? t("facts.well") : t("facts.ill", { fault: health.faults.join(" ") }))}
        </dd>
      </div>
      <div>
        <dt>{t("facts.pages")}</dt>
        <dd>{t("facts.page", { height: ledger.height.toLocaleString("en-US") })}</dd>
      </div>
      <div>
        <dt>{t("facts.time")}</dt>
        <dd>{timeInTable(ledger.time_ms, ledger.offset_s)}</dd>
      </div>
      <div>
        <dt>{t("facts.signers")}</dt>
        <dd>{ledger.validators.map((each) => names.organisation(each)).join(" · ")}</dd>
      </div>
      <div>
        <dt>{t("facts.witnesses")}</dt>
        <dd>{witnesses.length > 0 ? witnesses.join(" · ") : t("facts.none")}</dd>
      </div>
      <div>
        <dt>{t("facts.checkpoint")}</dt>
        <dd>
          <a href="/api/checkpoint" download="checkpoint.note">
            {t("facts.checkpoint.get")}
          </a>
          <small>{t("facts.checkpoint.note")}</small>
        </dd>
      </div>
    </dl>
  );
}

function Pages() {
  const t = useLedgerTexts();
  const ledger = useLedger();
  const [isBusy, setBusy] = useState(true);
  const told = useBlocks();
  const all = told.data?.pages.flatMap((each) => each.blocks);
  const rows = isBusy ? all?.filter((each) => each.commands > 0) : all;
  return (
    <div className={css.block}>
      <DataTable<Block>
        name={t("pages.name")}
        rows={rows}
        all={all?.length}
        height={told.data?.pages[0]?.height}
        problem={told.error}
        rowKey={(each) => String(each.height)}
        to={(each) => `/desk/ledger/${each.height}`}
        toolbar={
          <label className={css.check}>
            <input
              type="checkbox"
              checked={isBusy}
              onChange={(event) => setBusy(event.target.checked)}
            />
            {t("pages.busy")}
          </label>
        }
        columns={[
          {
            key: "height",
            title: t("pages.height"),
            width: 100,
            order: (each) => each.height,
            show: (each) => each.height.toLocaleString("en-US"),
          },
          {
            key: "time_ms",
            title: t("pages.time"),
            width: 180,
            show: (each) => ledger && timeInTable(each.time_ms, ledger.offset_s),
          },
          {
            key: "commands",
            title: t("pages.commands"),
            width: 140,
            order: (each) => each.commands,
          },
          {
            key: "automatic",
            title: t("pages.automatic"),
            width: 140,
            order: (each) => each.automatic,
          },
        ]}
        empty={t(isBusy && all && all.length > 0 ? "pages.none" : "pages.empty")}
      />
      {told.hasNextPage && (
        <Button loading={told.isFetchingNextPage} onClick={() => void told.fetchNextPage()}>
          {t("pages.more")}
        </Button>
      )}
    </div>
  );
}

function Refusals() {
  const t = useLedgerTexts();
  const inLanguage = useInLanguage();
  const names = useNames();
  const kinds = useKinds();
  const [alarm, setAlarm] = useState("");
  const told = useRefusals(alarm);
  const rows = told.data?.pages.flatMap((each) => each.refusals);
  return (
    <div className={css.block}>
      <DataTable<Command>
        name={t("refusals.name")}
        rows={rows}
        height={told.data?.pages[0]?.height}
        problem={told.error}
        rowKey={(each) => `${each.height}/${each.place}`}
        to={(each) => `/desk/ledger/${each.height}`}
        toolbar={
          <select
            className={css.select}
            aria-label={t("alarm.label")}
            value={alarm}
            onChange={(event) => setAlarm(event.target.value)}
          >
            <option value="">{t("alarm.any")}</option>
            {LEVELS.map((each) => (
              <Level key={each} of={each} />
            ))}
          </select>
        }
        columns={[
          {
            key: "height",
            title: t("refusals.when"),
            width: 90,
            order: (each) => each.height,
            show: (each) => each.height.toLocaleString("en-US"),
          },
          {
            key: "alarm",
            title: t("refusals.alarm"),
            width: 110,
            order: (each) => SEVERITY.indexOf(each.alarm),
            show: (each) => (isLevel(each.alarm) ? <LevelBadge level={each.alarm} /> : "—"),
          },
          {
            key: "kind",
            title: t("refusals.what"),
            width: 140,
            show: (each) => {
              const kind = kinds?.find((one) => one.kind === each.kind);
              return kind ? inLanguage(kind.title_zh, kind.title) : each.kind;
            },
          },
          {
            key: "organisation",
            title: t("refusals.who"),
            width: 200,
            show: (each) => names.organisation(each.organisation),
          },
          {
            key: "why",
            title: t("refusals.why"),
            show: (each) =>
              each.told ? (
                inLanguage(each.told.title_zh, each.told.title)
              ) : (
                <>
                  {each.clause && `${t("refusals.rule", { clause: each.clause })} · `}
                  {t("refusals.hidden")}
                </>
              ),
          },
        ]}
        empty={t("refusals.empty")}
      />
      {told.hasNextPage && (
        <Button loading={told.isFetchingNextPage} onClick={() => void told.fetchNextPage()}>
          {t("pages.more")}
        </Button>
      )}
    </div>
  );
}

function Level({ of }: { of: (typeof LEVELS)[number] }) {
  const t = useLevelTexts();
  return <option value={of}>{t(`level.${of}`)}</option>;
}
