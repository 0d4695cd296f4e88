/** From a command's JSON Schema to the fields of a form, and from what was typed to its body. */
import { readYuan } from "../parts/amounts.ts";

interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  enum?: (string | number)[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  maxLength?: number;
  minLength?: number;
  minItems?: number;
  pattern?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  default?: unknown;
}

/** A kind of command as `/api/kinds` tells it. */
export interface KindFacts {
  kind: string;
  right: string;
  on: string[];
  title: string;
  title_zh: string;
  fields: Record<string, string>;
  fields_zh: Record<string, string>;
  schema: Schema;
}

export type FieldKind =
  | "text"
  | "long"
  | "whole"
  | "yuan"
  | "percent"
  | "day"
  | "from"
  | "until"
  | "yes"
  | "choice"
  | "list"
  | "days"
  | "file"
  | "rows"
  | "raw";

export interface FormField {
  /** The member's name; within a group `group.member`. */
  path: string;
  title: string;
  kind: FieldKind;
  required: boolean;
  choices: string[];
  maxLength: number | undefined;
  pattern: string | undefined;
  minimum: number | undefined;
  maximum: number | undefined;
  /** What an empty field stands for in the body; without it an empty field is left out. */
  blank?: unknown;
  /** The group that may be left out: its members count once one of them is filled in. */
  group?: string;
  /** Of `rows`: what each row has; their paths are those within a row. */
  columns?: FormField[];
}

export type FieldFault = "missing" | "shape" | "range";
/** What was typed, by path. Rows stand as one text, which `rowsOf` reads. */
export type Typed = Readonly<Record<string, string>>;

const LONG_FROM = 200;
const DAY_MS = 86_400_000;
/** The bounds of `Day`: no other number of a command has them. */
const DAY_MAX = 100_000;
const NAMES_OF_HASHES = /哈希$|（SHA-256）$| \(SHA-256\)$|^hash of (the )?/i;
/** Members that hold a document's fingerprint; `basis` is what money is frozen or released by. */
const FILES = /sha256$|^basis$/;

/** How people call the members of groups and rows, and what stands in brackets after a title. */
export interface Titles {
  part: (name: string) => string;
  within: (title: string, part: string) => string;
}
const PLAIN: Titles = { part: (name) => name, within: (title, part) => `${title}（${part}）` };

/** Returns the fields in the order of the command's struct. `fixed` ones are left out. */
export function fieldsOf(
  facts: KindFacts,
  language: "zh-CN" | "en",
  fixed: readonly string[] = [],
  titles: Titles = PLAIN,
): FormField[] {
  const root = resolved(facts.schema, facts.schema);
  const given = language === "en" ? facts.fields : facts.fields_zh;
  return Object.entries(root.properties ?? {})
    .filter(([name]) => !fixed.includes(name))
    .flatMap(([name, schema]) =>
      members(name, inWords(given[name] ?? name), schema, facts.schema, titles, {
        isRequired: (root.required ?? []).includes(name),
      }),
    );
}

/** What is typed in yuan and percent is not called fen and basis points. */
function inWords(title: string): string {
  return title
    .replace("（分）", "（元）")
    .replace("(fen)", "(yuan)")
    .replace("（万分之一）", "")
    .replace(" (bp)", "");
}

interface Place {
  isRequired: boolean;
  group?: string;
}

function members(
  path: string,
  title: string,
  schema: Schema,
  root: Schema,
  titles: Titles,
  place: Place,
): FormField[] {
  const of = resolved(schema, root);
  if (of.type === "object" && of.properties) {
    const base = title.replace(/\s*[（(][^（(]*[)）]$/, "");
    const isOptional = !place.isRequired && !place.group;
    return Object.entries(of.properties).flatMap(([name, each]) =>
      members(
        `${path}.${name}`,
        titles.within(base, inWords(titles.part(name))),
        each,
        root,
        titles,
        {
          isRequired: (of.required ?? []).includes(name),
          ...(isOptional ? { group: path } : place.group ? { group: place.group } : {}),
        },
      ),
    );
  }
  const kind = kindOf(path, of, root);
  const isFile = kind === "file";
  const item = resolved(of.items ?? {}, root);
  const mayBeEmpty = of.type === "array" ? !of.minItems : isEmptyAllowed(of);
  const isWanted = place.isRequired && !mayBeEmpty;
  return [
    {
      path,
      title: isFile ? title.replace(NAMES_OF_HASHES, "") : title,
      kind,
      required: isWanted,
      choices: (of.enum ?? item.enum ?? []).map(String),
      maxLength: of.maxLength,
      pattern: (of.pattern ?? item.pattern)?.replace("(?!\\n)", ""),
      // Numbers of commands are whole.
      minimum:
        of.minimum ?? (of.exclusiveMinimum === undefined ? undefined : of.exclusiveMinimum + 1),
      maximum: of.maximum,
      ...(place.group && { group: place.group }),
      ...(place.isRequired && mayBeEmpty && { blank: of.type === "array" ? [] : "" }),
      ...(kind === "rows" && { columns: columnsOf(item, root, titles) }),
    },
  ];
}

function isEmptyAllowed(schema: Schema): boolean {
  return schema.type === "string" && !!schema.pattern && new RegExp(schema.pattern).test("");
}

function columnsOf(item: Schema, root: Schema, titles: Titles): FormField[] {
  return Object.entries(item.properties ?? {}).flatMap(([name, each]) =>
    members(name, inWords(titles.part(name)), each, root, titles, {
      isRequired: (item.required ?? []).includes(name),
    }),
  );
}

/** Follows references, and takes the first alternative that is not null. */
function resolved(schema: Schema, root: Schema): Schema {
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return resolved(root.$defs?.[name] ?? {}, root);
  }
  const some = schema.anyOf?.find((each) => each.type !== "null");
  return some ? resolved(some, root) : schema;
}

function kindOf(path: string, schema: Schema, root: Schema): FieldKind {
  if (schema.enum) return "choice";
  if (schema.type === "boolean") return "yes";
  if (schema.type === "array") {
    const item = resolved(schema.items ?? {}, root);
    if (item.maximum === DAY_MAX) return "days";
    if (item.enum) return "list";
    return item.type === "string" ? "list" : item.type === "object" ? "rows" : "raw";
  }
  if (schema.type === "integer") {
    if (path.endsWith("_fen")) return "yuan";
    if (path.endsWith("_bp")) return "percent";
    if (schema.maximum === DAY_MAX || path.endsWith("_day")) return "day";
    if (path.endsWith("_ms")) return path.startsWith("until") ? "until" : "from";
    return "whole";
  }
  if (schema.type === "string" && FILES.test(path) && schema.pattern) return "file";
  if (schema.type === "string") return (schema.maxLength ?? 0) > LONG_FROM ? "long" : "text";
  return "raw";
}

export interface ReadForm {
  body: Record<string, unknown>;
  faults: Record<string, FieldFault>;
}

/**
 * Reads a form. Optional fields left empty are left out of the body.
 *
 * Dates are days of the ledger: a term begins with its first day and ends with its last.
 */
export function readForm(fields: readonly FormField[], typed: Typed, offsetS: number): ReadForm {
  const body: Record<string, unknown> = {};
  const faults: Record<string, FieldFault> = {};
  const begun = new Set(
    fields.filter((each) => typed[each.path]?.trim()).map((each) => each.group ?? ""),
  );
  for (const field of fields) {
    if (field.group && !begun.has(field.group)) continue;
    const text = (typed[field.path] ?? "").trim();
    if (text === "") {
      if (field.required) faults[field.path] = "missing";
      else if (field.blank !== undefined) put(body, field.path, field.blank);
      continue;
    }
    if (field.kind === "rows") {
      const rows = rowsOf(text).map((row) => readForm(field.columns ?? [], row, offsetS));
      for (const [at, row] of rows.entries()) {
        for (const [path, fault] of Object.entries(row.faults)) {
          faults[`${field.path}.${at}.${path}`] = fault;
        }
      }
      const bodies = rows.map((row) => row.body);
      put(body, field.path, bodies);
      continue;
    }
    const value = readField(field, text, offsetS);
    if (value === null) faults[field.path] = "shape";
    else if (isOutside(field, value)) faults[field.path] = "range";
    else put(body, field.path, value);
  }
  return { body, faults };
}

/** The rows of a field of `rows`, each by path within the row. */
export function rowsOf(text: string | undefined): Typed[] {
  return text ? (JSON.parse(text) as Typed[]) : [];
}

export function textOfRows(rows: readonly Typed[]): string {
  return rows.length > 0 ? JSON.stringify(rows) : "";
}

function readField(field: FormField, text: string, offsetS: number): unknown {
  switch (field.kind) {
    case "yuan":
      return readYuan(text);
    case "percent":
      return readYuan(text.replace(/\s*[%％]$/, ""));
    case "whole":
      return /^-?\d{1,15}$/.test(text) ? Number(text) : null;
    case "day":
      return dayOf(text);
    case "from":
    case "until": {
      const day = dayOf(text);
      const shift = field.kind === "until" ? 1 : 0;
      return day === null ? null : (day + shift) * DAY_MS - offsetS * 1_000;
    }
    case "yes":
      return text === "true";
    case "choice":
      return field.choices.includes(text) ? text : null;
    case "list": {
      const { choices, pattern } = field;
      // Sentences have commas of their own: only ids and codes are parted by them.
      const isCode = pattern !== undefined || choices.length > 0;
      const items = linesOf(text, isCode ? /[\n,，、]/ : /\n/);
      const isWrong = (each: string): boolean =>
        (choices.length > 0 && !choices.includes(each)) ||
        (pattern !== undefined && !new RegExp(pattern).test(each));
      return items.some(isWrong) ? null : items;
    }
    case "file":
      return /^[0-9a-f]{64}$/.test(text.split(" ")[0] ?? "") ? text.split(" ")[0] : null;
    case "days": {
      const days = linesOf(text, /[\n,，、]/).map(dayOf);
      return days.includes(null) ? null : days;
    }
    case "raw":
      return readJson(text);
    default:
      return field.pattern && !new RegExp(field.pattern).test(text) ? null : text;
  }
}

function linesOf(text: string, between: RegExp): string[] {
  return text
    .split(between)
    .map((each) => each.trim())
    .filter(Boolean);
}

/** `2022-08-01` as a day counted from 1970-01-01, or null. */
export function dayOf(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) ? null : time / DAY_MS;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isOutside(field: FormField, value: unknown): boolean {
  if (typeof value === "number") {
    return value < (field.minimum ?? value) || value > (field.maximum ?? value);
  }
  return typeof value === "string" && value.length > (field.maxLength ?? value.length);
}

function put(body: Record<string, unknown>, path: string, value: unknown): void {
  const [name = "", ...rest] = path.split(".");
  if (rest.length === 0) {
    body[name] = value;
    return;
  }
  body[name] ??= {};
  put(body[name] as Record<string, unknown>, rest.join("."), value);
}

/** Keys that `on` must name, from the patterns of the kind: `contracts/proposal/{proposal}`. */
export function keysOf(patterns: readonly string[], body: Record<string, unknown>): string[] {
  return patterns.map((each) => each.replace(/\{(\w+)\}/g, (_, name) => String(body[name])));
}
