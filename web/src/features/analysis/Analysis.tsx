import { Button, Input, Select } from "antd";
import { useCallback, useId, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { type Filters, useRows } from "../../api/views.ts";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { dateInTable } from "../../parts/dates.ts";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import { useClasses } from "../preparation/classes.ts";
import css from "./analysis.module.css";
import { Flows } from "./Flows.tsx";
import {
  type Cell,
  type Choice,
  chosen,
  GROUPS,
  type Line,
  MEASURES,
  type Payment,
} from "./figures.ts";
import { drop, keep, keptViews, read, written } from "./kept.ts";
import { Parts } from "./Parts.tsx";
import { Ratios } from "./Ratios.tsx";
import { Speed } from "./Speed.tsx";
import { useTexts } from "./texts.ts";

/** What the rows of a budget come to: by function and economic class, from source to payee, in time. */
export function Component() {
  const t = useTexts();
  const ledger = useLedger();
  const [query, setQuery] = useSearchParams();
  useTitle(t("title"));
  const today = ledger ? dateInTable(ledger.time_ms, ledger.offset_s) : "";
  const { choice, height } = read(query, Number(today.slice(0, 4)) || 0);
  const asOf: Filters = height === null ? {} : { height };
  const cells = useRows("funds_cells", asOf);
  const lines = useRows("funds_lines", asOf);
  const payments = useRows("execution_payments", { ...asOf, year: choice.year }, choice.year > 0);
  const payees = useRows("execution_payees", asOf);
  const projects = useRows("preparation_projects", asOf);
  const problem = cells.error ?? lines.error ?? payments.error;
  const isRead = [cells, lines, payments, payees, projects].every((each) => each.isFetched);
  const allCells = useMemo(
    () => (cells.data?.rows ?? []).filter((each) => each.unit !== undefined) as unknown as Cell[],
    [cells.data],
  );
  const here = useMemo(() => chosen(allCells, choice), [allCells, choice]);
  const byLine = useMemo(
    () => new Map((lines.data?.rows ?? []).map((each) => [each.id, each as unknown as Line])),
    [lines.data],
  );
  const paid = useMemo(
    () =>
      ((payments.data?.rows ?? []) as unknown as Payment[]).filter(
        (each) =>
          each.line !== undefined && (!choice.unit || byLine.get(each.line)?.unit === choice.unit),
      ),
    [payments.data, byLine, choice.unit],
  );
  const word = useWords(byLine, payees.data?.rows, projects.data?.rows);
  const change = useCallback(
    (changed: Partial<Choice>) => setQuery(written({ ...choice, ...changed }, height)),
    [setQuery, choice, height],
  );
  const at = cells.data?.height ?? 0;
  const shared = { choice, cells: here, lines: byLine, payments: paid, word, height: at };
  return (
    <DeskPage
      title={t("title")}
      state={height === null ? t("state.now", { height: at }) : t("state.then", { height })}
      actions={
        height !== null && (
          <Button onClick={() => setQuery(written(choice, null))}>{t("toNow")}</Button>
        )
      }
      aside={<Saved choice={choice} height={at} open={(query) => setQuery(query)} />}
    >
      <Choices choice={choice} cells={allCells} word={word} change={change} />
      <PlainProblem problem={problem} />
      {!isRead && !problem && <p aria-live="polite">{t("loading")}</p>}
      {isRead && here.length === 0 && !problem && (
        <Panel title={t("empty.title")}>
          <p>{t("empty.text")}</p>
        </Panel>
      )}
      {isRead && here.length > 0 && (
        <div className={css.charts}>
          <Parts {...shared} change={change} />
          <Flows {...shared} />
          <Speed {...shared} today={today} />
          <Ratios {...shared} today={today} />
        </div>
      )}
    </DeskPage>
  );
}

export interface Shared {
  choice: Choice;
  cells: Cell[];
  lines: ReadonlyMap<string, Line>;
  payments: Payment[];
  /** A key of a grouping in words. */
  word: (group: string, key: string) => string;
  height: number;
}

function useWords(
  lines: ReadonlyMap<string, Line>,
  payees: { id: string; title?: string }[] | undefined,
  projects: { id: string; title_zh?: string; title_en?: string }[] | undefined,
): Shared["word"] {
  const t = useTexts();
  const names = useNames();
  const classes = useClasses();
  const inLanguage = useInLanguage();
  return (group, key) => {
    if (!key) return t("unknown");
    if (key === "…") return t("other");
    if (group === "unit") return names.organisation(key);
    if (group === "function" || group === "economic") {
      const label = classes[group].find((each) => each.value === key)?.label;
      return label ? `${key} ${label}` : key;
    }
    if (group === "line") return lines.get(key)?.title ?? key;
    if (group === "payee") return payees?.find((each) => each.id === key)?.title ?? key;
    if (group === "project") {
      const found = projects?.find((each) => each.id === key);
      return found ? inLanguage(found.title_zh, found.title_en) || key : key;
    }
    if (group === "nature" && NATURES.some((each) => each === key)) {
      return t(`nature.${key as (typeof NATURES)[number]}`);
    }
    if (group === "source" && SOURCES.some((each) => each === key)) {
      return t(`source.${key as (typeof SOURCES)[number]}`);
    }
    return key;
  };
}

const NATURES = [
  "general",
  "government_fund",
  "state_capital",
  "social_insurance",
  "special_account",
  "unit_own",
] as const;
const SOURCES = ["local", "transfer", "bond", "own"] as const;

function Choices({
  choice,
  cells,
  word,
  change,
}: {
  choice: Choice;
  cells: Cell[];
  word: Shared["word"];
  change: (changed: Partial<Choice>) => void;
}) {
  const t = useTexts();
  const names = useNames();
  const years = [...new Set([choice.year, ...cells.map((each) => each.year)])].toSorted();
  const units = [...new Set(cells.map((each) => each.unit))].toSorted();
  const natures = [...new Set(cells.map((each) => each.nature))].toSorted();
  return (
    <div className={css.choices}>
      <Pick
        label={t("year")}
        value={choice.year}
        change={(year) => change({ year })}
        options={years.map((each) => ({ value: each, label: String(each) }))}
      />
      <Pick
        label={t("unit")}
        value={choice.unit}
        change={(unit) => change({ unit })}
        options={[
          { value: "", label: t("all") },
          ...units.map((each) => ({ value: each, label: names.organisation(each) })),
        ]}
      />
      <Pick
        label={t("nature")}
        value={choice.nature}
        change={(nature) => change({ nature })}
        options={[
          { value: "", label: t("all") },
          ...natures.map((each) => ({ value: each, label: word("nature", each) })),
        ]}
      />
      <Pick
        label={t("measure")}
        value={choice.measure}
        change={(measure) => change({ measure })}
        options={MEASURES.map((each) => ({ value: each, label: t(`measure.${each}`) }))}
      />
      <Pick
        label={t("group")}
        value={choice.group}
        change={(group) => change({ group })}
        options={GROUPS.map((each) => ({ value: each, label: t(`group.${each}`) }))}
      />
    </div>
  );
}

function Pick<V extends string | number>({
  label,
  value,
  change,
  options,
}: {
  label: string;
  value: V;
  change: (value: V) => void;
  options: { value: V; label: string }[];
}) {
  const id = useId();
  return (
    <div className={css.pick}>
      <label htmlFor={id}>{label}</label>
      <Select
        id={id}
        value={value}
        onChange={change}
        options={options}
        popupMatchSelectWidth={false}
      />
    </div>
  );
}

function Saved({
  choice,
  height,
  open,
}: {
  choice: Choice;
  height: number;
  open: (query: URLSearchParams) => void;
}) {
  const t = useTexts();
  const [name, setName] = useState("");
  const [views, setViews] = useState(keptViews);
  return (
    <Panel title={t("saved")}>
      <form
        className={css.save}
        onSubmit={(event) => {
          event.preventDefault();
          if (!name.trim()) return;
          setViews(keep({ name: name.trim(), choice, height }));
          setName("");
        }}
      >
        <Input
          aria-label={t("save.name")}
          placeholder={t("save.name")}
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button htmlType="submit" disabled={!name.trim() || height === 0}>
          {t("save")}
        </Button>
      </form>
      {views.length === 0 ? (
        <p>{t("saved.empty")}</p>
      ) : (
        <ul className={css.saved}>
          {views.map((each) => (
            <li key={each.name}>
              <button type="button" onClick={() => open(written(each.choice, each.height))}>
                {each.name}
              </button>
              <small>{t("saved.height", { height: each.height })}</small>
              <button
                type="button"
                aria-label={t("drop", { name: each.name })}
                onClick={() => setViews(drop(each.name))}
              >
                {t("drop.short")}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
