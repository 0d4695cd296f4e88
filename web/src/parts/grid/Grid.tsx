import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { catalogue } from "../../i18n/texts.ts";
import { amountText } from "../amounts.ts";
import { type GridRow, pasted, readAmount, type TypedUnit } from "./block.ts";
import en from "./en.json";
import css from "./grid.module.css";
import { type Choice, meant, Picker } from "./Picker.tsx";
import zh from "./zh-CN.json";

const useTexts = catalogue("grid", zh, en);

export interface GridColumn {
  key: string;
  title: ReactNode;
  /** Read aloud, where the title is no plain text. */
  name: string;
  kind: "text" | "amount" | "number" | "choice" | "computed";
  /** Of a `choice`: what may be picked; other text may be typed too. */
  choices?: readonly Choice[];
  /** Of `computed`: what is shown; it is sunk and not editable. */
  show?: (row: GridRow) => ReactNode;
  width: number;
  /** Shown instead of a choice's code alone. */
  bothLines?: boolean;
}

interface GridProps {
  name: string;
  columns: readonly GridColumn[];
  rows: readonly GridRow[];
  change: (rows: GridRow[]) => void;
  added: () => GridRow;
  /** What is wrong with a cell, by `rowId/column`. */
  wrong: ReadonlyMap<string, string>;
  /** The row of sums below, by column. */
  sums?: Readonly<Record<string, ReactNode>>;
  unit?: TypedUnit;
  empty: ReactNode;
}

interface Edit {
  row: number;
  column: number;
  text: string;
}

const PAST_MAX = 100;

/**
 * A sheet as officials know it: arrows, Enter and Tab move, typing overwrites, F2 edits, Delete
 * clears, Ctrl+C copies a cell, Ctrl+V pastes a block, Ctrl+Z and Ctrl+Y undo and redo.
 */
export function Grid(props: GridProps) {
  const { name, columns, rows, change, added, wrong, sums, unit = "yuan", empty } = props;
  const t = useTexts();
  const [active, setActive] = useState({ row: 0, column: 0 });
  const [edit, setEdit] = useState<Edit | null>(null);
  const [said, setSaid] = useState("");
  const past = useRef<GridRow[][]>([]);
  const ahead = useRef<GridRow[][]>([]);
  const table = useRef<HTMLTableElement>(null);
  const at = {
    row: Math.min(active.row, Math.max(0, rows.length - 1)),
    column: Math.min(active.column, columns.length - 1),
  };

  const put = (next: GridRow[]) => {
    past.current = [...past.current.slice(-PAST_MAX), [...rows]];
    ahead.current = [];
    change(next);
  };
  const undo = (from: typeof past, to: typeof past) => {
    const before = from.current.pop();
    if (!before) return setSaid(t("undo.none"));
    to.current.push([...rows]);
    change(before);
  };
  const focus = (row: number, column: number) => {
    const place = {
      row: Math.max(0, Math.min(rows.length - 1, row)),
      column: Math.max(0, Math.min(columns.length - 1, column)),
    };
    flushSync(() => setActive(place));
    const cell = table.current?.querySelector<HTMLElement>(
      `[data-at="${place.row}:${place.column}"]`,
    );
    cell?.focus();
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const set = (row: number, column: number, text: string) => {
    const of = columns[column];
    const before = rows[row];
    if (!of || !before || of.kind === "computed") return;
    const fen = of.kind === "amount" ? readAmount(text, unit) : null;
    const value = fen === null ? text.trim() : amountText(fen).replace("−", "-");
    if ((before.cells[of.key] ?? "") === value) return;
    put(
      rows.map((each, place) =>
        place === row ? { ...each, cells: { ...each.cells, [of.key]: value } } : each,
      ),
    );
  };
  const start = (row: number, column: number, text: string) => {
    if (columns[column]?.kind === "computed") return setSaid(t("computed"));
    flushSync(() => setEdit({ row, column, text }));
    const field = table.current?.querySelector<HTMLInputElement>("input");
    field?.focus();
    field?.setSelectionRange(text.length, text.length);
  };
  const end = (text: string | null, move: "down" | "right" | "left" | "stay") => {
    if (!edit) return;
    const { row, column } = edit;
    flushSync(() => setEdit(null));
    if (text !== null) set(row, column, text);
    if (move === "down") focus(row + 1, column);
    if (move === "right") focus(row, column + 1);
    if (move === "left") focus(row, column - 1);
    if (move === "stay" && text === null) focus(row, column);
  };
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData("text/plain");
    if (edit && !/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    const cell = (event.target as HTMLElement).closest<HTMLElement>("[data-at]");
    const [row = 0, column = 0] = (cell?.dataset.at ?? "0:0").split(":").map(Number);
    const place = { row, column };
    setEdit(null);
    const block = columns.map((each) => ({
      key: each.key,
      isAmount: each.kind === "amount",
      isReadOnly: each.kind === "computed",
      ...(each.choices && { meant: (text: string) => meant(each.choices ?? [], text) }),
    }));
    const done = pasted(rows, block, place, text, unit, added, (fen) =>
      amountText(fen).replace("−", "-"),
    );
    put(done.rows);
    setSaid(t("pasted", { cells: done.filled, rows: done.rows.length, skipped: done.skipped }));
  };

  const keys = (event: KeyboardEvent) => {
    if (edit || !(event.target as HTMLElement).dataset.at) return;
    const { row, column } = at;
    const isCommand = event.ctrlKey || event.metaKey;
    const letter = event.key.toLowerCase();
    if (isCommand && letter === "z" && !event.shiftKey) undo(past, ahead);
    else if (isCommand && (letter === "y" || letter === "z")) undo(ahead, past);
    else if (isCommand && event.key === "Home") focus(0, 0);
    else if (isCommand && event.key === "End") focus(rows.length - 1, columns.length - 1);
    else if (isCommand) return;
    else if (event.key === "ArrowDown" && event.altKey) start(row, column, value(row, column));
    else if (event.key === "ArrowDown" || event.key === "Enter") focus(row + 1, column);
    else if (event.key === "ArrowUp") focus(row - 1, column);
    else if (event.key === "ArrowRight") focus(row, column + 1);
    else if (event.key === "ArrowLeft") focus(row, column - 1);
    else if (event.key === "Home") focus(row, 0);
    else if (event.key === "End") focus(row, columns.length - 1);
    else if (event.key === "F2") start(row, column, value(row, column));
    else if (event.key === "Delete" || event.key === "Backspace") set(row, column, "");
    else if (event.key === "Tab") {
      const next = row * columns.length + column + (event.shiftKey ? -1 : 1);
      if (next < 0 || next >= rows.length * columns.length) return;
      focus(Math.floor(next / columns.length), next % columns.length);
    } else {
      // Not prevented: the key itself goes into the field that has just been given the focus, so
      // that Chinese can be composed from the first letter on.
      if (event.key.length === 1 || event.key === "Process") start(row, column, "");
      return;
    }
    event.preventDefault();
  };
  const value = (row: number, column: number): string => {
    const of = columns[column];
    return (of && rows[row]?.cells[of.key]) ?? "";
  };
  const here = rows[at.row] && columns[at.column];
  const told = here ? wrong.get(`${rows[at.row]?.id}/${here.key}`) : undefined;

  return (
    <div className={css.frame}>
      <div className={css.scroll}>
        <table
          ref={table}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: ARIA's grid pattern
          role="grid"
          aria-label={name}
          aria-rowcount={rows.length + 1}
          className={css.grid}
          onKeyDown={keys}
          onPaste={paste}
          onCopy={(event) => {
            if (edit || !(event.target as HTMLElement).dataset?.at) return;
            event.clipboardData.setData("text/plain", value(at.row, at.column));
            event.preventDefault();
          }}
        >
          <thead>
            <tr>
              <th scope="col" className={css.number}>
                <span className="only-read-aloud">{t("row")}</span>
              </th>
              {columns.map((each) => (
                <th key={each.key} scope="col" style={{ minWidth: each.width }}>
                  {each.title}
                </th>
              ))}
              <th scope="col" className={css.drop}>
                <span className="only-read-aloud">{t("drop")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={row.id}>
                <th scope="row" className={css.number}>
                  {index + 1}
                </th>
                {columns.map((column, across) => {
                  const isActive = index === at.row && across === at.column;
                  const isEdited = edit?.row === index && edit.column === across;
                  const problem = wrong.get(`${row.id}/${column.key}`);
                  return (
                    <td
                      key={column.key}
                      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: as above
                      role="gridcell"
                      data-at={`${index}:${across}`}
                      tabIndex={isActive ? 0 : -1}
                      aria-readonly={column.kind === "computed"}
                      aria-invalid={problem ? true : undefined}
                      title={problem}
                      className={classes(column, problem, isEdited)}
                      onFocus={() => !edit && setActive({ row: index, column: across })}
                      onDoubleClick={() => !isEdited && start(index, across, value(index, across))}
                    >
                      {isEdited ? (
                        <Editor column={column} text={edit.text} end={end} />
                      ) : (
                        <Shown column={column} row={row} />
                      )}
                    </td>
                  );
                })}
                <td className={css.drop}>
                  <button
                    type="button"
                    aria-label={t("drop.row", { row: index + 1 })}
                    onClick={() => put(rows.filter((each) => each !== row))}
                  >
                    ×
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
          {sums && rows.length > 0 && (
            <tfoot>
              <tr>
                <td className={css.number} />
                {columns.map((each) => (
                  <td key={each.key} className={css[each.kind]}>
                    {sums[each.key]}
                  </td>
                ))}
                <td className={css.drop} />
              </tr>
            </tfoot>
          )}
        </table>
        {rows.length === 0 && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: an empty sheet takes a block too
          <div className={css.empty} tabIndex={0} onPaste={paste} role="note">
            {empty}
          </div>
        )}
      </div>
      <div className={css.below}>
        <button type="button" onClick={() => put([...rows, added()])}>
          {t("add")}
        </button>
        <p aria-live="polite" className={told ? css.told : ""}>
          {told || said || t("hint")}
        </p>
      </div>
    </div>
  );
}

function classes(column: GridColumn, problem: string | undefined, isEdited: boolean): string {
  const names = [css[column.kind], problem ? css.wrong : "", isEdited ? css.edited : ""];
  return names.filter(Boolean).join(" ");
}

function Shown({ column, row }: { column: GridColumn; row: GridRow }) {
  if (column.show) return column.show(row);
  const text = row.cells[column.key] ?? "";
  if (column.kind !== "choice") return text;
  const label = column.choices?.find((each) => each.value === text)?.label;
  if (!column.bothLines) return label ?? text;
  return (
    <>
      {text}
      {label && <small>{label}</small>}
    </>
  );
}

interface EditorProps {
  column: GridColumn;
  text: string;
  end: (text: string | null, move: "down" | "right" | "left" | "stay") => void;
}

function Editor({ column, text, end }: EditorProps) {
  const [typed, setTyped] = useState(text);
  const isOver = useRef(false);
  const finish = (value: string | null, move: "down" | "right" | "left" | "stay") => {
    if (isOver.current) return;
    isOver.current = true;
    end(value, move);
  };
  if (column.kind === "choice") {
    return (
      <Picker
        name={column.name}
        choices={column.choices ?? []}
        start={text}
        take={(value, move) => finish(value, move)}
        leave={() => finish(null, "stay")}
      />
    );
  }
  return (
    <input
      aria-label={column.name}
      className={css.editor}
      inputMode={column.kind === "text" ? "text" : "decimal"}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => finish(typed, "stay")}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        event.stopPropagation();
        if (event.key === "Enter") finish(typed, "down");
        else if (event.key === "Tab") finish(typed, event.shiftKey ? "left" : "right");
        else if (event.key === "Escape") finish(null, "stay");
        else return;
        event.preventDefault();
      }}
    />
  );
}
