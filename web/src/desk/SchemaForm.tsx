import { queryOptions, useQuery } from "@tanstack/react-query";
import { Button, Drawer } from "antd";
import { type FormEvent, type ReactNode, useId, useMemo, useState } from "react";
import { api, need } from "../api/client.ts";
import type { Body, Kind } from "../api/commands.ts";
import { useLedger } from "../api/ledger.ts";
import { type RecordWords, useRecordWords } from "../api/words.ts";
import { catalogue, useInLanguage, useLanguage } from "../i18n/texts.ts";
import en from "./form.en.json";
import css from "./form.module.css";
import zh from "./form.zh-CN.json";
import { Sign } from "./Sign.tsx";
import {
  type FieldFault,
  type FormField,
  fieldsOf,
  type KindFacts,
  keysOf,
  readForm,
} from "./schema.ts";

const useTexts = catalogue("form", zh, en);

const kindsNow = queryOptions({
  queryKey: ["kinds"],
  queryFn: async () => (await need(api.GET("/api/kinds"))) as unknown as { kinds: KindFacts[] },
  staleTime: Number.POSITIVE_INFINITY,
});

/** All kinds of command with their titles and schemas. */
export function useKinds(): KindFacts[] | undefined {
  return useQuery(kindsNow).data?.kinds;
}

export interface Choice {
  value: string;
  title: string;
}

type Typed = Record<string, string>;

interface FormProps {
  facts: KindFacts;
  /** Members that the page knows; they are not asked. */
  fixed: Record<string, unknown>;
  /** What may be chosen for a field, where the page knows it; codes are told in words anyhow. */
  choices?: Record<string, readonly Choice[]> | undefined;
  begin?: Typed | undefined;
  /** What the button says. */
  submit: string;
  submitted: (body: Record<string, unknown>, told: string) => void;
}

/** A form for any command, from its schema. Wrong fields are listed on top and marked in place. */
export function SchemaForm({ facts, fixed, choices: given, begin, submit, submitted }: FormProps) {
  const t = useTexts();
  const words = useRecordWords();
  const language = useLanguage();
  const ledger = useLedger();
  const [typed, setTyped] = useState<Typed>(begin ?? {});
  const [isTried, setTried] = useState(false);
  const form = useId();
  const fields = useMemo(
    () => fieldsOf(facts, language, Object.keys(fixed)),
    [facts, language, fixed],
  );
  const choices = { ...codesOf(fields, words), ...given };
  const { body, faults } = readForm(fields, typed, ledger?.offset_s ?? 0);
  const wrong = fields.filter((each) => faults[each.path]);
  const send = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (wrong.length > 0) {
      document.getElementById(`${form}${wrong[0]?.path}`)?.focus();
      return;
    }
    const told = fields
      .filter((each) => typed[each.path]?.trim())
      .map((each) => `${each.title} ${shown(each, typed[each.path] ?? "", choices, t)}`)
      .join(t("and"));
    submitted({ ...fixed, ...body }, told);
  };
  return (
    <form className={css.form} onSubmit={send} noValidate>
      {isTried && wrong.length > 0 && (
        <p className={css.wrong} role="alert">
          {t("wrong", { count: wrong.length })}
          {wrong.map((each) => each.title).join(t("comma"))}
        </p>
      )}
      {fields.map((each) => (
        <Asked
          key={each.path}
          id={`${form}${each.path}`}
          field={each}
          choices={choices?.[each.path]}
          text={typed[each.path] ?? ""}
          fault={isTried ? faults[each.path] : undefined}
          type={(text) => setTyped({ ...typed, [each.path]: text })}
        />
      ))}
      <div className={css.buttons}>
        <Button type="primary" htmlType="submit">
          {submit}
        </Button>
      </div>
    </form>
  );
}

function codesOf(
  fields: readonly FormField[],
  words: RecordWords,
): Record<string, readonly Choice[]> {
  const titled = ({ path, choices }: FormField) =>
    choices.map((value) => ({ value, title: words.code(path, value) }));
  return Object.fromEntries(
    fields.filter((each) => each.choices.length > 0).map((each) => [each.path, titled(each)]),
  );
}

type Texts = ReturnType<typeof useTexts>;

function shown(
  field: FormField,
  text: string,
  choices: Record<string, readonly Choice[]> | undefined,
  t: Texts,
): string {
  if (field.kind === "yes") return t(text === "true" ? "yes" : "no");
  const title = (value: string) =>
    choices?.[field.path]?.find((each) => each.value === value)?.title ?? value.trim();
  return field.kind === "list" ? text.split("\n").map(title).join(t("comma")) : title(text);
}

interface AskedProps {
  id: string;
  field: FormField;
  choices: readonly Choice[] | undefined;
  text: string;
  fault: FieldFault | undefined;
  type: (text: string) => void;
}

function Asked({ id, field, choices, text, fault, type }: AskedProps) {
  const t = useTexts();
  const hint = hintOf(field, t);
  const told = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  const common = {
    id,
    "aria-invalid": fault !== undefined,
    "aria-required": field.required,
    ...(told && { "aria-describedby": told }),
  };
  return (
    <div className={css.field}>
      <label htmlFor={id}>
        {field.title}
        {!field.required && <small> {t("optional")}</small>}
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

function hintOf(field: FormField, t: Texts): string {
  if (field.kind === "yuan") return t("hint.yuan");
  if (field.kind === "percent") return t("hint.percent");
  if (field.kind === "until") return t("hint.until");
  if (field.kind === "list") return t("hint.list");
  return field.kind === "days" ? t("hint.days") : "";
}

interface InputProps extends Pick<AskedProps, "field" | "choices" | "text" | "type"> {
  common: Record<string, unknown>;
}

function Input({ field, choices, text, type, common }: InputProps): ReactNode {
  const t = useTexts();
  const change = (event: { target: { value: string } }) => type(event.target.value);
  const isMany = field.kind === "list" || field.kind === "days" || field.kind === "raw";
  const offered =
    choices ??
    (field.kind === "yes"
      ? [
          { value: "true", title: t("yes") },
          { value: "false", title: t("no") },
        ]
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
  if (choices && field.kind === "list") {
    return (
      <select
        {...common}
        multiple
        size={Math.min(8, choices.length)}
        value={text.split("\n").filter(Boolean)}
        onChange={(event) =>
          type([...event.target.selectedOptions].map((each) => each.value).join("\n"))
        }
      >
        {choices.map((each) => (
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

interface CommandProps<K extends Kind> {
  kind: K;
  fixed?: Partial<Body<K>>;
  choices?: Record<string, readonly Choice[]>;
  begin?: Typed;
  /** The act in words, from what was filled in; without it title and fields are told. */
  what?: (told: string, body: Record<string, unknown>) => ReactNode;
  /** Above the form: what this does, and what follows. */
  intro?: ReactNode;
  close: () => void;
  done?: () => void;
}

const NOTHING = {};

/** Asks for what a command needs, says what will be signed, and signs. */
export function CommandDrawer<K extends Kind>(props: CommandProps<K>) {
  const { kind, fixed = NOTHING, choices, begin, what, intro, close, done } = props;
  const t = useTexts();
  const inLanguage = useInLanguage();
  const facts = useKinds()?.find((each) => each.kind === kind);
  const [ready, setReady] = useState<{ body: Record<string, unknown>; told: string } | null>(null);
  const keys = useMemo(() => (facts && ready ? keysOf(facts.on, ready.body) : []), [facts, ready]);
  if (!facts) return null;
  const title = inLanguage(facts.title_zh, facts.title);
  return (
    <>
      <Drawer open={!ready} title={title} onClose={close} size={520}>
        {intro && <p className={css.intro}>{intro}</p>}
        <SchemaForm
          facts={facts}
          fixed={fixed}
          choices={choices}
          begin={begin}
          submit={t("next")}
          submitted={(body, told) => setReady({ body, told })}
        />
      </Drawer>
      {ready && (
        <Sign
          kind={kind}
          body={ready.body as Body<K>}
          on={keys}
          what={
            what
              ? what(ready.told, ready.body)
              : [title, ready.told].filter(Boolean).join(t("colon"))
          }
          close={() => setReady(null)}
          done={() => {
            done?.();
            close();
          }}
        />
      )}
    </>
  );
}
