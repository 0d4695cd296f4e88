import { Button } from "antd";
import type { ReactNode } from "react";
import { useRecordWords } from "../api/words.ts";
import { newId } from "../parts/newId.ts";
import { sha256Of } from "../parts/sha256.ts";
import css from "./form.module.css";
import { type FormTexts, useFormTexts } from "./formTexts.ts";
import { type FieldFault, type FormField, rowsOf, type Typed } from "./schema.ts";

export interface Choice {
  value: string;
  title: string;
  /** What else is filled in with it: with a payee his account, with a line its fund. */
  also?: Typed;
}
/** By path; of a column of rows `rows.column`. */
export type Choices = Readonly<Record<string, readonly Choice[]>>;

export interface Offered {
  /** What may be chosen for a field, where the page knows it. */
  choices?: Choices | undefined;
  /** What stands in a new row, by the path of the rows. */
  rowBegins?: Readonly<Record<string, (at: number) => Typed>> | undefined;
}

interface RowsProps extends Omit<AskedProps, "choices" | "type">, Offered {
  faults: Readonly<Record<string, FieldFault>>;
  /** Changes the rows as they are by then: a file's fingerprint comes later than what is typed. */
  edit: (change: (rows: Typed[]) => Typed[]) => void;
}

/** Tells rows apart while others are removed; no member of a command is called so. */
const ROW = "#";

/** A list of things, a row each; every cell is a field like those of the form. */
export function Rows({ id, field, text, fault, faults, choices, rowBegins, edit }: RowsProps) {
  const t = useFormTexts();
  const rows = rowsOf(text);
  return (
    <fieldset id={id} tabIndex={-1} className={css.rows} aria-describedby={fault && `${id}-fault`}>
      <legend>
        {field.title}
        {!field.required && <small> {t("optional")}</small>}
      </legend>
      {rows.length === 0 && <p className={css.hint}>{t("rows.none")}</p>}
      {rows.map((row, at) => (
        <fieldset key={row[ROW] ?? at} className={css.row}>
          <legend>{t("row", { at: at + 1 })}</legend>
          {(field.columns ?? []).map((column) => (
            <Asked
              key={column.path}
              id={`${id}.${at}.${column.path}`}
              field={column}
              choices={choices?.[`${field.path}.${column.path}`]}
              text={row[column.path] ?? ""}
              fault={faults[`${field.path}.${at}.${column.path}`]}
              type={(cell, also) =>
                edit((now) => now.with(at, { ...now[at], ...also, [column.path]: cell }))
              }
            />
          ))}
          <button
            type="button"
            aria-label={t("row.drop", { at: at + 1 })}
            onClick={() => edit((now) => now.toSpliced(at, 1))}
          >
            ×
          </button>
        </fieldset>
      ))}
      {fault && (
        <small id={`${id}-fault`} className={css.fault}>
          {t(`fault.${fault}`)}
        </small>
      )}
      <Button
        onClick={() =>
          edit((now) => [...now, { ...rowBegins?.[field.path]?.(now.length), [ROW]: newId("r") }])
        }
        aria-label={t("within", { title: t("row.add"), part: field.title })}
      >
        {t("row.add")}
      </Button>
    </fieldset>
  );
}

interface AskedProps {
  id: string;
  field: FormField;
  choices: readonly Choice[] | undefined;
  text: string;
  fault: FieldFault | undefined;
  type: (text: string, also?: Typed) => void;
}

export function Asked({ id, field, choices, text, fault, type }: AskedProps) {
  const t = useFormTexts();
  const hint = hintOf(field, choices, text, t);
  const told = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  const isOptional = !field.required || field.group !== undefined;
  const common = {
    id,
    "aria-invalid": fault !== undefined,
    "aria-required": !isOptional,
    ...(told && { "aria-describedby": told }),
  };
  return (
    <div className={css.field}>
      <label htmlFor={id}>
        {field.title}
        {isOptional && <small> {t("optional")}</small>}
      </label>
      <Input field={field} choices={choices} text={text} type={type} common={common} />
      {hint && (
        <small id={`${id}-hint`} className={css.hint}>
          {hint}
        </small>
      )}
      {fault && (
        <small id={`${id}-fault`} className={css.fault}>
          {t(`fault.${fault}`)}
        </small>
      )}
    </div>
  );
}

function hintOf(
  field: FormField,
  choices: readonly Choice[] | undefined,
  text: string,
  t: FormTexts,
): string {
  if (field.kind === "yuan") return t("hint.yuan");
  if (field.kind === "percent") return t("hint.percent");
  if (field.kind === "until") return t("hint.until");
  if (field.kind === "list") {
    return t(choices || field.choices.length > 0 ? "hint.choose.many" : "hint.list");
  }
  if (field.kind === "file") {
    return text
      ? t("hint.file.taken", { name: text.slice(text.indexOf(" ") + 1) })
      : t("hint.file");
  }
  if (field.blank === "") return t("hint.blank");
  return field.kind === "days" ? t("hint.days") : "";
}

interface InputProps extends Pick<AskedProps, "field" | "choices" | "text" | "type"> {
  common: Record<string, unknown>;
}

function Input({ field, choices, text, type, common }: InputProps): ReactNode {
  const t = useFormTexts();
  const words = useRecordWords();
  const change = (event: { target: { value: string } }) => {
    const { value } = event.target;
    type(value, choices?.find((each) => each.value === value)?.also);
  };
  const isMany = field.kind === "list" || field.kind === "days" || field.kind === "raw";
  const offered =
    choices ??
    (field.kind === "yes"
      ? [
          { value: "true", title: t("yes") },
          { value: "false", title: t("no") },
        ]
      : field.choices.length > 0
        ? field.choices.map((value) => ({ value, title: words.code(field.path, value) }))
        : undefined);
  if (offered && !isMany) {
    return (
      <select {...common} value={text} onChange={change}>
        <option value="">{t("choose")}</option>
        {offered.map((each) => (
          <option key={each.value} value={each.value}>
            {each.title}
          </option>
        ))}
      </select>
    );
  }
  if (offered && field.kind === "list") {
    return (
      <select
        {...common}
        multiple
        size={Math.min(8, offered.length)}
        value={text.split("\n").filter(Boolean)}
        onChange={(event) =>
          type([...event.target.selectedOptions].map((each) => each.value).join("\n"))
        }
      >
        {offered.map((each) => (
          <option key={each.value} value={each.value}>
            {each.title}
          </option>
        ))}
      </select>
    );
  }
  if (isMany || field.kind === "long") {
    return <textarea {...common} rows={3} value={text} onChange={change} />;
  }
  if (field.kind === "file") {
    return (
      <input
        {...common}
        type="file"
        onChange={async (event) => {
          const file = event.target.files?.[0];
          if (file) type(`${await sha256Of(file)} ${file.name}`);
        }}
      />
    );
  }
  const isDate = field.kind === "day" || field.kind === "from" || field.kind === "until";
  return (
    <input
      {...common}
      type={isDate ? "date" : "text"}
      inputMode={field.kind === "yuan" || field.kind === "percent" ? "decimal" : undefined}
      value={text}
      onChange={change}
    />
  );
}
