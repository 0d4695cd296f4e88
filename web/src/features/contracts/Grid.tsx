import { type ReactNode, useState } from "react";
import { Octagon } from "../../desk/Refusal.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import {
  type Contract,
  DEFAULT_ROW,
  type Fact,
  type Hook,
  type RuleRow,
  type TableNode,
  type Unit,
} from "./document.ts";
import css from "./grid.module.css";
import { useRuleTexts, useVoice } from "./texts.ts";
import { conditionInWords, expressionInWords, factInWords, unitOf, type Voice } from "./words.ts";

/** A case laid over the grid: which rows fired, and its facts where they are known. */
export interface Overlay {
  title: ReactNode;
  fired: readonly string[];
  facts: Record<string, Fact> | null;
  close: () => void;
}

interface GridProps {
  document: Contract;
  node: TableNode;
  hook: Hook | undefined;
  overlay: Overlay | null;
  chosen: string;
  choose: (row: string) => void;
  /** How often a row decided, as far as it was counted; undefined where nothing was. */
  used: ((row: string) => number) | undefined;
}

export interface Column {
  expression: string;
  title: string;
  unit: Unit;
}

export function columnsOf(document: Contract, node: TableNode, voice: Voice): Column[] {
  return node.when.map((expression) => ({
    expression,
    title: expressionInWords(expression, "", voice),
    unit: unitOf(expression, document.inputs),
  }));
}

const WIDE_FROM = 7;

/** The decision grid: rows in order, the one that fired framed with the facts that made it fire. */
export function Grid(props: GridProps) {
  const { document, node, hook } = props;
  const t = useRuleTexts();
  const { voice } = useVoice(hook);
  const columns = columnsOf(document, node, voice);
  const [isFull, setFull] = useState(columns.length < WIDE_FROM);
  return (
    <section aria-label={t("tab.grid")}>
      <div className={css.above}>
        <p>{t(node.hit === "first" ? "grid.first" : "grid.collect")}</p>
        {columns.length >= WIDE_FROM && (
          <button type="button" className={css.switch} onClick={() => setFull(!isFull)}>
            {t(isFull ? "grid.short" : "grid.full")}
          </button>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard */}
      <section className={css.scroll} tabIndex={0} aria-label={t("grid.if")}>
        {isFull ? (
          <Full {...props} columns={columns} voice={voice} />
        ) : (
          <Short {...props} columns={columns} voice={voice} />
        )}
      </section>
      {!node.default && <p className={css.note}>{t("grid.none")}</p>}
    </section>
  );
}

interface LaidOut extends GridProps {
  columns: Column[];
  voice: Voice;
}

type Place = "fired" | "passed" | "after" | "plain";

/** All rows, the last one for anything else; where each stands to the row that fired. */
function rowsOf({ node, overlay }: LaidOut): { row: RuleRow; place: Place }[] {
  const rows: RuleRow[] = [...node.rows];
  if (node.default) rows.push({ id: DEFAULT_ROW, when: [], ...node.default });
  const first = rows.findIndex((each) => overlay?.fired.includes(each.id));
  return rows.map((row, at) => {
    if (first < 0) return { row, place: "plain" };
    if (overlay?.fired.includes(row.id)) return { row, place: "fired" };
    return { row, place: at < first ? "passed" : node.hit === "first" ? "after" : "passed" };
  });
}

function Full(props: LaidOut) {
  const { columns, voice, overlay, used, node } = props;
  const t = useRuleTexts();
  return (
    <table className={css.grid}>
      <thead>
        <tr>
          <th rowSpan={2} scope="col" className={css.rowHead}>
            {t("grid.row")}
          </th>
          <th colSpan={columns.length} scope="colgroup" className={css.group}>
            {t("grid.if")}
          </th>
          <th colSpan={2 + (used ? 1 : 0)} scope="colgroup" className={`${css.group} ${css.then}`}>
            {t("grid.then")}
          </th>
        </tr>
        <tr>
          {columns.map((each) => (
            <th key={each.expression} scope="col">
              {each.title}
            </th>
          ))}
          <th scope="col" className={css.then}>
            {t("verdict")}
          </th>
          <th scope="col">{t("grid.why")}</th>
          {used && <th scope="col">{t("grid.used")}</th>}
        </tr>
      </thead>
      <tbody>
        {overlay && <Facts {...props} overlay={overlay} />}
        {rowsOf(props).map(({ row, place }) => (
          <tr key={row.id} className={css[place]} id={`row-${row.id}`}>
            <RowHead {...props} row={row} place={place} />
            {row.id === DEFAULT_ROW && <td colSpan={columns.length}>{t("grid.otherwise")}</td>}
            {row.when.map((cell, at) => {
              const column = columns[at];
              const isDeciding = place === "fired" && cell !== "-";
              return (
                <td
                  // biome-ignore lint/suspicious/noArrayIndexKey: cells have no other name than their place
                  key={at}
                  className={`${cell === "-" ? css.any : ""} ${isDeciding ? css.deciding : ""}`}
                >
                  {conditionInWords(cell, column?.unit ?? "", voice)}
                  {isDeciding && <small className={css.matched}> {t("grid.matched")}</small>}
                </td>
              );
            })}
            <Outcome row={row} node={node} voice={voice} />
            <Why row={row} />
            {used && <td className={css.number}>{used(row.id)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The black row: facts of the case in the same columns, or why there are none. */
function Facts({ columns, voice, overlay, used, document, node }: LaidOut & { overlay: Overlay }) {
  const t = useRuleTexts();
  const row = node.rows.find((each) => overlay.fired.includes(each.id));
  const head = (
    <th scope="row">
      {t("grid.case")}
      <button type="button" onClick={overlay.close}>
        {t("grid.clear")}
      </button>
    </th>
  );
  if (!overlay.facts) {
    return (
      <tr className={css.facts}>
        {head}
        <td colSpan={columns.length + 2 + (used ? 1 : 0)}>
          <strong>{overlay.title}</strong> <small>{t("grid.fingerprint")}</small>
        </td>
      </tr>
    );
  }
  const facts = overlay.facts;
  return (
    <tr className={css.facts}>
      {head}
      {columns.map((each, at) => (
        <td key={each.expression} className={row && row.when[at] !== "-" ? css.decidingFact : ""}>
          {each.expression in facts
            ? factInWords(facts[each.expression], fieldUnit(document, each.expression), voice)
            : "…"}
        </td>
      ))}
      <td colSpan={2 + (used ? 1 : 0)} className={css.then}>
        {overlay.title}
      </td>
    </tr>
  );
}

function fieldUnit(document: Contract, name: string): Unit {
  return document.inputs.find((each) => each.name === name)?.unit ?? "";
}

function Short(props: LaidOut) {
  const { columns, voice, overlay, used, node, document } = props;
  const t = useRuleTexts();
  return (
    <table className={`${css.grid} ${css.short}`}>
      <thead>
        <tr>
          <th scope="col" className={css.rowHead}>
            {t("grid.row")}
          </th>
          <th scope="col" className={css.group}>
            {t("grid.if")}
          </th>
          <th scope="col" className={`${css.group} ${css.then}`}>
            {t("grid.then")}
          </th>
          <th scope="col" className={css.group}>
            {t("grid.why")}
          </th>
          {used && (
            <th scope="col" className={css.group}>
              {t("grid.used")}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {overlay && (
          <tr className={css.facts}>
            <th scope="row">
              {t("grid.case")}
              <button type="button" onClick={overlay.close}>
                {t("grid.clear")}
              </button>
            </th>
            <td colSpan={used ? 4 : 3}>
              <strong>{overlay.title}</strong>
              {overlay.facts ? (
                <ul className={css.conditions}>
                  {document.inputs.map((each) => (
                    <li
                      key={each.name}
                      className={decides(props, each.name) ? css.decidingFact : ""}
                    >
                      {voice.name(each.name)}
                      {t("grid.is")}
                      <strong>{factInWords(overlay.facts?.[each.name], each.unit, voice)}</strong>
                    </li>
                  ))}
                </ul>
              ) : (
                <p>{t("grid.fingerprint")}</p>
              )}
            </td>
          </tr>
        )}
        {rowsOf(props).map(({ row, place }) => (
          <tr key={row.id} className={css[place]} id={`row-${row.id}`}>
            <RowHead {...props} row={row} place={place} />
            <td className={css.conditionCell}>
              {row.id === DEFAULT_ROW ? (
                t("grid.otherwise")
              ) : (
                <ul className={css.conditions}>
                  {row.when.map((cell, at) => {
                    const column = columns[at];
                    if (cell === "-" || !column) return null;
                    return (
                      <li key={column.expression} className={place === "fired" ? css.deciding : ""}>
                        {column.title}
                        {t("grid.is")}
                        <strong>{conditionInWords(cell, column.unit, voice)}</strong>
                        {place === "fired" && (
                          <small className={css.matched}> {t("grid.matched")}</small>
                        )}
                      </li>
                    );
                  })}
                  {row.when.every((cell) => cell === "-") && <li>{t("grid.any")}</li>}
                </ul>
              )}
            </td>
            <Outcome row={row} node={node} voice={voice} />
            <Why row={row} />
            {used && <td className={css.number}>{used(row.id)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Whether a fact stands in a condition of the row that fired. */
function decides({ node, overlay }: LaidOut, fact: string): boolean {
  const row = node.rows.find((each) => overlay?.fired.includes(each.id));
  return (
    row?.when.some(
      (cell, at) => cell !== "-" && `${node.when[at]} ${cell}`.split(/[^a-z0-9_]+/).includes(fact),
    ) ?? false
  );
}

function RowHead({ row, place, chosen, choose }: LaidOut & { row: RuleRow; place: Place }) {
  const t = useRuleTexts();
  return (
    <th scope="row" className={css.rowHead}>
      <button
        type="button"
        aria-pressed={chosen === row.id}
        className={css.rowButton}
        onClick={() => choose(chosen === row.id ? "" : row.id)}
      >
        {row.id === DEFAULT_ROW ? t("grid.last") : row.id}
      </button>
      {place === "fired" && <span className={css.flag}>{t("grid.fired")}</span>}
    </th>
  );
}

/** Outcomes of a row: the verdict first and large, effects that are none left out. */
function Outcome({ row, node, voice }: { row: RuleRow; node: TableNode; voice: Voice }) {
  const isStop = row.then.some(
    (each, at) => node.outputs[at]?.name === "verdict" && each === '"reject"',
  );
  return (
    <td className={css.then}>
      {node.outputs.map((output, at) => {
        const cell = row.then[at] ?? "";
        const words = expressionInWords(cell, output.unit, voice);
        if (output.name === "verdict") {
          return (
            <strong key={output.name} className={isStop ? css.stop : css.go}>
              {isStop && <Octagon />}
              {words}
            </strong>
          );
        }
        if (cell === '"none"') return null;
        return (
          <span key={output.name} className={css.effect}>
            {voice.name(output.name)} <strong>{words}</strong>
          </span>
        );
      })}
    </td>
  );
}

function Why({ row }: { row: RuleRow }) {
  const inLanguage = useInLanguage();
  const remedy = inLanguage(row.remedy_zh, row.remedy_en);
  return (
    <td className={css.why}>
      {inLanguage(row.zh, row.en)}
      {remedy && <span>{remedy}</span>}
    </td>
  );
}
