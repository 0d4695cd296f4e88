import { queryOptions, useQuery } from "@tanstack/react-query";
import { Button, Drawer } from "antd";
import { type FormEvent, type ReactNode, useId, useMemo, useState } from "react";
import type { Problem } from "../api/client.ts";
import { api, need } from "../api/client.ts";
import type { Body, Kind, Seen } from "../api/commands.ts";
import { ofRelease, useLedger } from "../api/ledger.ts";
import { type RecordWords, useRecordWords } from "../api/words.ts";
import { useInLanguage, useLanguage } from "../i18n/texts.ts";
import { Asked, type Choices, type Offered, Rows } from "./Asked.tsx";
import css from "./form.module.css";
import { type FormTexts, partOf, useFormTexts } from "./formTexts.ts";
import { Sign } from "./Sign.tsx";
import {
  type FieldFault,
  type FormField,
  fieldsOf,
  type KindFacts,
  keysOf,
  readForm,
  rowsOf,
  type Typed,
  textOfRows,
} from "./schema.ts";

const kindsNow = queryOptions({
  queryKey: ["kinds"],
  queryFn: async () => (await need(api.GET("/api/kinds"))) as unknown as { kinds: KindFacts[] },
  ...ofRelease,
});

/** All kinds of command with their titles and schemas. */
export function useKinds(): KindFacts[] | undefined {
  return useQuery(kindsNow).data?.kinds;
}

interface FormProps extends Offered {
  facts: KindFacts;
  /** Members that the page knows; they are not asked. */
  fixed: Record<string, unknown>;
  begin?: Typed | undefined;
  /** What the button says. */
  submit: string;
  submitted: (body: Record<string, unknown>, told: string) => void;
}

/** A form for any command, from its schema. Wrong fields are listed on top and marked in place. */
export function SchemaForm(props: FormProps) {
  const { facts, fixed, choices, rowBegins, begin, submit, submitted } = props;
  const t = useFormTexts();
  const words = useRecordWords();
  const language = useLanguage();
  const ledger = useLedger();
  const [typed, setTyped] = useState<Typed>(begin ?? {});
  const [isTried, setTried] = useState(false);
  const form = useId();
  const fields = useMemo(
    () =>
      fieldsOf(facts, language, Object.keys(fixed), {
        part: (name) => partOf(t, name),
        within: (title, part) => t("within", { title, part }),
      }),
    [facts, language, fixed, t],
  );
  const { body, faults } = readForm(fields, typed, ledger?.offset_s ?? 0);
  const wrong = wrongOf(fields, faults, t);
  const send = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (wrong.length > 0) {
      document.getElementById(`${form}${wrong[0]?.path}`)?.focus();
      return;
    }
    const told = fields
      .filter((each) => typed[each.path]?.trim())
      .map((each) => `${each.title} ${shown(each, typed[each.path] ?? "", choices, words, t)}`)
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
      {fields.map((each) => {
        const common = {
          id: `${form}${each.path}`,
          field: each,
          text: typed[each.path] ?? "",
          fault: isTried ? faults[each.path] : undefined,
        };
        const set = (next: Typed) => setTyped((before) => ({ ...before, ...next }));
        return each.kind === "rows" ? (
          <Rows
            key={each.path}
            {...common}
            choices={choices}
            rowBegins={rowBegins}
            faults={isTried ? faults : NO_FAULTS}
            edit={(change) =>
              setTyped((before) => ({
                ...before,
                [each.path]: textOfRows(change(rowsOf(before[each.path]))),
              }))
            }
          />
        ) : (
          <Asked
            key={each.path}
            {...common}
            choices={choices?.[each.path]}
            type={(text, also) => set({ ...also, [each.path]: text })}
          />
        );
      })}
      <div className={css.buttons}>
        <Button type="primary" htmlType="submit">
          {submit}
        </Button>
      </div>
    </form>
  );
}

const NO_FAULTS: Readonly<Record<string, FieldFault>> = {};

/** What is wrong, in the order of the form: paths of fields, and of cells of their rows. */
function wrongOf(
  fields: readonly FormField[],
  faults: Readonly<Record<string, FieldFault>>,
  t: FormTexts,
): { path: string; title: string }[] {
  return fields.flatMap((field) => {
    const own = faults[field.path] ? [{ path: field.path, title: field.title }] : [];
    const cells = Object.keys(faults)
      .filter((path) => field.columns && path.startsWith(`${field.path}.`))
      .map((path) => {
        const [at = "", ...rest] = path.slice(field.path.length + 1).split(".");
        const column = field.columns?.find((each) => each.path === rest.join("."));
        const title = `${t("row", { at: Number(at) + 1 })} ${column?.title ?? ""}`;
        return { path, title: t("within", { title: field.title, part: title }) };
      });
    return [...own, ...cells];
  });
}

function shown(
  field: FormField,
  text: string,
  choices: Choices | undefined,
  words: RecordWords,
  t: FormTexts,
): string {
  if (field.kind === "yes") return t(text === "true" ? "yes" : "no");
  if (field.kind === "rows") return t("rows.count", { count: rowsOf(text).length });
  if (field.kind === "file") return text.slice(text.indexOf(" ") + 1);
  const title = (value: string) =>
    choices?.[field.path]?.find((each) => each.value === value)?.title ??
    (field.choices.length > 0 ? words.code(field.path, value) : value.trim());
  return field.kind === "list" ? text.split("\n").map(title).join(t("comma")) : title(text);
}

export interface CommandProps<K extends Kind> extends Offered {
  kind: K;
  fixed?: Partial<Body<K>> | undefined;
  begin?: Typed | undefined;
  /** The act in words, from what was filled in; without it title and fields are told. */
  what?: ((told: string, body: Record<string, unknown>) => ReactNode) | undefined;
  /** Above the form: what this does, and what follows. */
  intro?: ReactNode;
  /** Versions that were on screen, where the page read them itself. */
  seen?: Seen | undefined;
  /** A refusal in the words of the room. */
  words?: ((problem: Problem) => { title: string; advice: string } | null) | undefined;
  close: () => void;
  done?: () => void;
}

const NOTHING = {};
const WIDTH = 520;
const WIDTH_OF_ROWS = 880;

/** Asks for what a command needs, says what will be signed, and signs. */
export function CommandDrawer<K extends Kind>(props: CommandProps<K>) {
  const {
    kind,
    fixed = NOTHING,
    choices,
    rowBegins,
    begin,
    what,
    intro,
    seen,
    words,
    close,
    done,
  } = props;
  const t = useFormTexts();
  const language = useLanguage();
  const inLanguage = useInLanguage();
  const facts = useKinds()?.find((each) => each.kind === kind);
  const [ready, setReady] = useState<{ body: Record<string, unknown>; told: string } | null>(null);
  const keys = useMemo(() => (facts && ready ? keysOf(facts.on, ready.body) : []), [facts, ready]);
  if (!facts) return null;
  const title = inLanguage(facts.title_zh, facts.title);
  const hasRows = fieldsOf(facts, language, Object.keys(fixed)).some((each) => each.columns);
  return (
    <>
      <Drawer open={!ready} title={title} onClose={close} size={hasRows ? WIDTH_OF_ROWS : WIDTH}>
        {intro && <p className={css.intro}>{intro}</p>}
        <SchemaForm
          facts={facts}
          fixed={fixed}
          choices={choices}
          rowBegins={rowBegins}
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
          {...(seen && { seen })}
          words={words}
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
