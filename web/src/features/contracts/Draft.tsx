import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useMemo, useState } from "react";
import { Link } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useOwn } from "../../app/acting.ts";
import { CommandDrawer } from "../../desk/SchemaForm.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { dateInTable } from "../../parts/dates.ts";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { DraftTests } from "./DraftTests.tsx";
import { differenceOf } from "./difference.ts";
import {
  type Contract,
  DEFAULT_ROW,
  type Finding,
  type Hook,
  type Listed,
  type RuleRow,
  type TableNode,
  tablesOf,
} from "./document.ts";
import { nextVersion, withCell, withCopyBelow, withoutRow, withRow, withRowUp } from "./editing.ts";
import { type Column, columnsOf } from "./Grid.tsx";
import { judge } from "./reading.ts";
import css from "./rules.module.css";
import { useRuleTexts, useVoice } from "./texts.ts";
import {
  conditionInWords,
  editable,
  expressionInWords,
  readCondition,
  readValue,
} from "./words.ts";

interface DraftProps {
  of: Listed;
  listed: readonly Listed[];
  hook: Hook | undefined;
}

const PAUSE_MS = 500;
const SOONEST_DAYS = 30;
const DAY_MS = 86_400_000;

function kept(key: string): Contract | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Contract | null;
  } catch {
    return null;
  }
}

/** Editing in the grid: a copy is changed, and after each change the ledger says what is wrong. */
export default function Draft({ of, listed, hook }: DraftProps) {
  const t = useRuleTexts();
  const key = useOwn(`rule.${of.id}`);
  const [draft, setDraft] = useState<Contract>(() => kept(key) ?? of.document);
  const [isProposing, setProposing] = useState(false);
  const difference = useMemo(() => differenceOf(of.document, draft), [of.document, draft]);
  const changes = difference.rows.length + difference.parts.length + (difference.reordered ? 1 : 0);
  const next = useMemo(() => nextVersion(draft, of), [draft, of]);
  const asked = useSettled(next, PAUSE_MS);
  const judged = useQuery({
    queryKey: ["session", "admission", asked],
    queryFn: () => judge(asked),
    enabled: changes > 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    if (changes > 0) localStorage.setItem(key, JSON.stringify(draft));
    else localStorage.removeItem(key);
  }, [key, draft, changes]);
  const waiting = listed.find((each) => each.name === of.name && each.state === "proposed");
  const isChecked = asked === next && judged.data !== undefined;
  const findings = changes > 0 && judged.data ? judged.data.findings : [];
  const isWell = changes > 0 && isChecked && findings.length === 0;
  return (
    <div className={css.block}>
      <p>
        {t("draft.lead", { version: of.version })} {changes > 0 && t("draft.kept")}
      </p>
      {waiting && (
        <p>
          <Link to={`/desk/rules/${waiting.id}`}>{t("draft.open")}</Link>
        </p>
      )}
      <div aria-live="polite">
        {changes === 0 && <p className={css.quiet}>{t("draft.clean")}</p>}
        {changes > 0 && !isChecked && <p className={css.quiet}>{t("draft.checking")}</p>}
        {isWell && <p>✓ {t("draft.well")}</p>}
        {isChecked && findings.length > 0 && (
          <Findings step={judged.data?.step ?? 0} findings={findings} />
        )}
      </div>
      <PlainProblem problem={judged.error} />
      {tablesOf(draft).map((node) => (
        <DraftTable
          key={node.id}
          draft={draft}
          was={of.document}
          node={node}
          hook={hook}
          findings={findings}
          change={setDraft}
        />
      ))}
      <DraftTests draft={draft} hook={hook} findings={findings} change={setDraft} />
      <div className={css.foot}>
        <Button type="primary" aria-disabled={!isWell} onClick={() => isWell && setProposing(true)}>
          {isWell
            ? t("draft.submit", { version: of.version + 1 })
            : changes === 0
              ? t("draft.submit.clean")
              : findings.length > 0
                ? t("draft.submit.wait", { count: findings.length })
                : t("draft.submit.check")}
        </Button>
        {changes > 0 && <Button onClick={() => setDraft(of.document)}>{t("draft.drop")}</Button>}
      </div>
      {isProposing && (
        <Proposing
          next={next}
          changes={changes}
          close={() => setProposing(false)}
          done={() => localStorage.removeItem(key)}
        />
      )}
    </div>
  );
}

function useSettled<V>(value: V, afterMs: number): V {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled;
}

function Findings({ step, findings }: { step: number; findings: readonly Finding[] }) {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  return (
    <div className={css.found}>
      <strong>{t("draft.wrong", { step, count: findings.length })}</strong>
      <ul>
        {findings.map((each) => (
          <li key={`${each.code}${each.node}${each.row}${each.cell}${each.what}`}>
            {each.row && `${t("grid.row")} ${each.row}${t("grid.is")}`}
            {inLanguage(each.zh, each.en)}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ProposingProps {
  next: Contract;
  changes: number;
  close: () => void;
  done: () => void;
}

function Proposing({ next, changes, close, done }: ProposingProps) {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  const ledger = useLedger();
  const title = inLanguage(next.title_zh, next.title_en);
  const fixed = useMemo(() => ({ document: next as unknown, activate_height: 0 }), [next]);
  const begin = useMemo(
    () => ({
      activate_day: ledger
        ? dateInTable(ledger.time_ms + SOONEST_DAYS * DAY_MS, ledger.offset_s)
        : "",
    }),
    [ledger],
  );
  return (
    <CommandDrawer
      kind="contracts.propose/1"
      fixed={fixed as never}
      begin={begin}
      intro={t("draft.intro")}
      what={(told) =>
        t("draft.what", {
          title,
          version: next.version,
          count: changes,
          told: t("told", { told }),
        })
      }
      close={close}
      done={done}
    />
  );
}

interface DraftTableProps {
  draft: Contract;
  was: Contract;
  node: TableNode;
  hook: Hook | undefined;
  findings: readonly Finding[];
  change: (next: Contract) => void;
}

function DraftTable({ draft, was, node, hook, findings, change }: DraftTableProps) {
  const t = useRuleTexts();
  const { voice } = useVoice(hook);
  const columns = columnsOf(draft, node, voice);
  const before = tablesOf(was).find((each) => each.id === node.id);
  const rows: RuleRow[] = [...node.rows];
  if (node.default) rows.push({ id: DEFAULT_ROW, when: [], ...node.default });
  return (
    <section className={css.scroll} aria-label={t("tab.draft")}>
      <table className={css.draft}>
        <thead>
          <tr>
            <th scope="col">{t("grid.row")}</th>
            {columns.map((each) => (
              <th key={each.expression} scope="col">
                {each.title}
              </th>
            ))}
            {node.outputs.map((each) => (
              <th key={each.name} scope="col">
                {t("grid.then")} {voice.name(each.name)}
              </th>
            ))}
            <th scope="col">{t("grid.why")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <DraftRow
              key={row.id}
              draft={draft}
              node={node}
              row={row}
              was={
                row.id === DEFAULT_ROW
                  ? before?.default && { id: DEFAULT_ROW, when: [], ...before.default }
                  : before?.rows.find((each) => each.id === row.id)
              }
              columns={columns}
              hook={hook}
              findings={findings.filter((each) => each.node === node.id && each.row === row.id)}
              change={change}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface DraftRowProps {
  draft: Contract;
  node: TableNode;
  row: RuleRow;
  was: RuleRow | null | undefined;
  columns: Column[];
  hook: Hook | undefined;
  findings: readonly Finding[];
  change: (next: Contract) => void;
}

function DraftRow({ draft, node, row, was, columns, hook, findings, change }: DraftRowProps) {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  const isLast = row.id === DEFAULT_ROW;
  const name = isLast ? t("grid.last") : row.id;
  const put = (change_: Partial<RuleRow>) => change(withRow(draft, node.id, row.id, change_));
  const fault = (cell: string) => {
    const found = findings.find((each) => each.cell === cell);
    return found ? inLanguage(found.zh, found.en) : "";
  };
  return (
    <tr>
      <th scope="row">
        {name}
        {!isLast && (
          <div className={css.tools}>
            <button
              type="button"
              className={css.link}
              aria-label={`${name} ${t("draft.add")}`}
              onClick={() => change(withCopyBelow(draft, node.id, row.id))}
            >
              {t("draft.add")}
            </button>
            <button
              type="button"
              className={css.link}
              aria-label={`${name} ${t("draft.up")}`}
              onClick={() => change(withRowUp(draft, node.id, row.id))}
            >
              {t("draft.up")}
            </button>
            <button
              type="button"
              className={css.link}
              aria-label={`${name} ${t("draft.remove")}`}
              onClick={() => change(withoutRow(draft, node.id, row.id))}
            >
              {t("draft.remove")}
            </button>
          </div>
        )}
      </th>
      {isLast && <td colSpan={columns.length}>{t("grid.otherwise")}</td>}
      {row.when.map((cell, at) => (
        <Cell
          // biome-ignore lint/suspicious/noArrayIndexKey: cells have no other name than their place
          key={at}
          cell={cell}
          was={was?.when[at]}
          column={columns[at]}
          hook={hook}
          label={t("draft.cell", { row: name, column: columns[at]?.title ?? "" })}
          fault={fault(`when[${at}]`)}
          change={(next) => put(withCell(row, "when", at, next))}
        />
      ))}
      {row.then.map((cell, at) => (
        <OutcomeCell
          // biome-ignore lint/suspicious/noArrayIndexKey: cells have no other name than their place
          key={`then${at}`}
          cell={cell}
          was={was?.then[at]}
          draft={draft}
          output={node.outputs[at]}
          hook={hook}
          row={name}
          fault={fault(`then[${at}]`)}
          change={(next) => put(withCell(row, "then", at, next))}
        />
      ))}
      <td>
        <Text row={row} was={was} part="zh" name={name} put={put} />
        <details>
          <summary>{t("draft.more")}</summary>
          {(["en", "remedy_zh", "remedy_en"] as const).map((each) => (
            <Text key={each} row={row} was={was} part={each} name={name} put={put} />
          ))}
        </details>
        {fault("") && <small className={css.fault}>{fault("")}</small>}
      </td>
    </tr>
  );
}

interface TextProps {
  row: RuleRow;
  was: RuleRow | null | undefined;
  part: "zh" | "en" | "remedy_zh" | "remedy_en";
  name: string;
  put: (change: Partial<RuleRow>) => void;
}

function Text({ row, was, part, name, put }: TextProps) {
  const t = useRuleTexts();
  return (
    <textarea
      rows={2}
      aria-label={t("draft.cell", { row: name, column: t(`draft.${part}`) })}
      placeholder={t(`draft.${part}`)}
      data-changed={was != null && was[part] !== row[part]}
      value={row[part]}
      onChange={(event) => put({ [part]: event.target.value })}
    />
  );
}

interface CellProps {
  cell: string;
  was: string | undefined;
  column: Column | undefined;
  hook: Hook | undefined;
  label: string;
  fault: string;
  change: (cell: string) => void;
}

/** A condition, typed in words; what it is kept as is told when it is not those words. */
function Cell({ cell, was, column, hook, label, fault, change }: CellProps) {
  const t = useRuleTexts();
  const { voice, known } = useVoice(hook);
  const unit = column?.unit ?? "";
  const [typed, setTyped] = useState(() => editable(cell, unit, voice, known));
  const words = conditionInWords(cell, unit, voice);
  return (
    <td>
      <input
        aria-label={label}
        aria-invalid={fault !== ""}
        data-any={cell === "-"}
        data-changed={was !== undefined && was !== cell}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          change(readCondition(event.target.value, unit, voice, known));
        }}
      />
      {fault && <small className={css.fault}>{fault}</small>}
      {!fault && words !== typed.trim() && <small>{t("draft.as", { cell: words })}</small>}
    </td>
  );
}

interface OutcomeCellProps {
  cell: string;
  was: string | undefined;
  draft: Contract;
  output: TableNode["outputs"][number] | undefined;
  hook: Hook | undefined;
  row: string;
  fault: string;
  change: (cell: string) => void;
}

function OutcomeCell({ cell, was, draft, output, hook, row, fault, change }: OutcomeCellProps) {
  const t = useRuleTexts();
  const { voice, known } = useVoice(hook);
  const name = output?.name ?? "";
  const field = draft.outputs.find((each) => each.name === name);
  const unit = output?.unit ?? "";
  const [typed, setTyped] = useState(() => {
    const words = expressionInWords(cell, unit, voice);
    return readValue(words, unit, voice, known) === cell ? words : cell;
  });
  const label = t("draft.cell", { row, column: voice.name(name) });
  const common = {
    "aria-label": label,
    "aria-invalid": fault !== "",
    "data-changed": was !== undefined && was !== cell,
  };
  return (
    <td>
      {field?.type === "code" && field.values.includes(cell.slice(1, -1)) ? (
        <select {...common} value={cell} onChange={(event) => change(event.target.value)}>
          {field.values.map((each) => (
            <option key={each} value={`"${each}"`}>
              {voice.code(each)}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          value={typed}
          onChange={(event) => {
            const text = event.target.value;
            setTyped(text);
            change(readValue(text, unit, voice, known) ?? text.trim());
          }}
        />
      )}
      {fault && <small className={css.fault}>{fault}</small>}
    </td>
  );
}
