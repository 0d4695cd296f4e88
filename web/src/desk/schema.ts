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
  pattern?: string;
  minimum?: number;
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
}

export type FieldFault = "missing" | "shape" | "range";

const LONG_FROM = 200;
const DAY_MS = 86_400_000;

/** Returns the fields in the order of the command's struct. `fixed` ones are left out. */
export function fieldsOf(
  facts: KindFacts,
  language: "zh-CN" | "en",
  fixed: readonly string[] = [],
): FormField[] {
  const root = resolved(facts.schema, facts.schema);
  const titles = language === "en" ? facts.fields : facts.fields_zh;
  return Object.entries(root.properties ?? {})
    .filter(([name]) => !fixed.includes(name))
    .flatMap(([name, schema]) =>
      members(name, schema, facts.schema, titles, (root.required ?? []).includes(name)),
    );
}

function members(
  path: string,
  schema: Schema,
  root: Schema,
  titles: Record<string, string>,
  required: boolean,
): FormField[] {
  const of = resolved(schema, root);
  const title = titles[path] ?? titles[path.split(".")[0] ?? ""] ?? path;
  if (of.type === "object" && of.properties) {
    return Object.entries(of.properties).flatMap(([name, each]) =>
      members(`${path}.${name}`, each, root, titles, required).map((field) => ({
        ...field,
        title: `${title}（${titles[`${path}.${name}`] ?? PART_TITLES[name] ?? name}）`,
      })),
    );
  }
  const kind = kindOf(path, of, root);
  return [
    {
      path,
      title: kind === "yuan" || kind === "percent" ? title.replace(UNIT_OF_THE_LEDGER, "") : title,
      kind,
      required: required && !(of.type === "array" && !of.minLength && of.default !== undefined),
      choices: (of.enum ?? resolved(of.items ?? {}, root).enum ?? []).map(String),
      maxLength: of.maxLength,
      pattern: of.pattern?.replace("(?!\\n)", ""),
      minimum: of.minimum,
      maximum: of.maximum,
    },
  ];
}

/** The ledger counts in fen and basis points; people type yuan and percent. */
const UNIT_OF_THE_LEDGER = /（(分|万分之一)）$| \((fen|bp)\)$/;

const PART_TITLES: Record<string, string> = { zh: "中文", en: "English" };

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
    if (item.type === "integer") return "days";
    return item.type === "string" ? "list" : "raw";
  }
  if (schema.type === "integer") {
    if (path.endsWith("_fen")) return "yuan";
    if (path.endsWith("_bp")) return "percent";
    if (path.endsWith("_day")) return "day";
    if (path.endsWith("_ms")) return path.startsWith("until") ? "until" : "from";
    return "whole";
  }
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
export function readForm(
  fields: readonly FormField[],
  typed: Readonly<Record<string, string>>,
  offsetS: number,
): ReadForm {
  const body: Record<string, unknown> = {};
  const faults: Record<string, FieldFault> = {};
  for (const field of fields) {
    const text = (typed[field.path] ?? "").trim();
    if (text === "") {
      if (field.required) faults[field.path] = "missing";
      continue;
    }
    const value = readField(field, text, offsetS);
    if (value === null) faults[field.path] = "shape";
    else if (isOutside(field, value)) faults[field.path] = "range";
    else put(body, field.path, value);
  }
  return { body, faults };
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
    case "list":
      return linesOf(text);
    case "days": {
      const days = linesOf(text).map(dayOf);
      return days.includes(null) ? null : days;
    }
    case "raw":
      return readJson(text);
    default:
      return field.pattern && !new RegExp(field.pattern).test(text) ? null : text;
  }
}

function linesOf(text: string): string[] {
  return text
    .split(/[\n,，、]/)
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
  const [name = "", member] = path.split(".");
  if (member === undefined) body[name] = value;
  else body[name] = { ...(body[name] as Record<string, unknown> | undefined), [member]: value };
}

/** Keys that `on` must name, from the patterns of the kind: `contracts/proposal/{proposal}`. */
export function keysOf(patterns: readonly string[], body: Record<string, unknown>): string[] {
  return patterns.map((each) => each.replace(/\{(\w+)\}/g, (_, name) => String(body[name])));
}
