import { Button, Select } from "antd";
import { type FormEvent, useState } from "react";
import type { Body, Kind } from "../../api/commands.ts";
import { useNames } from "../../api/names.ts";
import { Acts, actOf } from "../../desk/Acts.tsx";
import { Panel } from "../../desk/Panel.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { amountText, readYuan } from "../../parts/amounts.ts";
import { STAGES } from "./board.ts";
import css from "./preparation.module.css";
import { type Cycle, rulesOf } from "./source.ts";
import { useTexts } from "./texts.ts";
import { useWords } from "./words.ts";

const DAY_MS = 86_400_000;

/** A command that is being put into words before it is signed. */
interface Signing<K extends Kind = Kind> {
  kind: K;
  body: Body<K>;
  on?: string[];
  what: string;
}

function Signed({ signing, close }: { signing: Signing | null; close: () => void }) {
  if (!signing) return null;
  const { kind, body, on, what } = signing;
  return <Sign kind={kind} body={body as never} on={on ?? []} what={what} close={close} />;
}

function signing<K extends Kind>(kind: K, body: Body<K>, what: string, on: string[] = []): Signing {
  return { kind, body, what, on } as unknown as Signing;
}

/** A ceiling by the bureau, for the year, a department or a unit; by a department for its units. */
export function CeilingForm({ cycle, organisations }: { cycle: Cycle; organisations: string[] }) {
  const t = useTexts();
  const names = useNames();
  const [organisation, setOrganisation] = useState(organisations[0] ?? "");
  const [amount, setAmount] = useState("");
  const [number, setNumber] = useState("");
  const [isTold, setTold] = useState(false);
  const [signed, setSigned] = useState<Signing | null>(null);
  const fen = readYuan(amount);
  const isAmountWrong = fen === null || fen < 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isAmountWrong || !number.trim()) return setTold(true);
    setTold(false);
    const body = { year: cycle.year ?? 0, organisation, ceiling_fen: fen, number: number.trim() };
    const what = t("ceiling.what", {
      organisation: names.organisation(organisation),
      amount: amountText(fen),
      year: cycle.year ?? 0,
    });
    setSigned(signing("preparation.ceiling.set/1", body, what));
  };
  return (
    <Panel title={t("ceiling")}>
      <form className={css.fields} onSubmit={submit}>
        <Select
          aria-label={t("ceiling.of")}
          value={organisation}
          onChange={setOrganisation}
          options={organisations.map((each) => ({
            value: each,
            label: each === cycle.bureau ? t("ceiling.whole") : names.organisation(each),
          }))}
        />
        <label>
          {t("ceiling.amount")}
          <input
            inputMode="decimal"
            placeholder={t("goal.funds.hint")}
            value={amount}
            aria-invalid={isTold && isAmountWrong}
            onChange={(event) => setAmount(event.target.value)}
          />
        </label>
        {isTold && isAmountWrong && (
          <p className={css.wrong} role="alert">
            {t("fault.line.amount")}
          </p>
        )}
        <label>
          {t("number")}
          <input
            maxLength={100}
            placeholder={t("number.hint", { year: (cycle.year ?? 1) - 1 })}
            value={number}
            aria-invalid={isTold && !number.trim()}
            onChange={(event) => setNumber(event.target.value)}
          />
        </label>
        {isTold && !number.trim() && (
          <p className={css.wrong} role="alert">
            {t("number.missing")}
          </p>
        )}
        <div>
          <Button htmlType="submit">{t("ceiling.sign")}</Button>
        </div>
      </form>
      <Signed signing={signed} close={() => setSigned(null)} />
    </Panel>
  );
}

/** 批复: the bureau's of a department's budget, or a department's of a unit's. */
export function ApprovalForm({
  cycle,
  organisations,
  isBureau,
}: {
  cycle: Cycle;
  organisations: string[];
  isBureau: boolean;
}) {
  const t = useTexts();
  const names = useNames();
  const [organisation, setOrganisation] = useState(organisations[0] ?? "");
  const [number, setNumber] = useState("");
  const [isTold, setTold] = useState(false);
  const [signed, setSigned] = useState<Signing | null>(null);
  const year = cycle.year ?? 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!number.trim()) return setTold(true);
    const body = { year, organisation, number: number.trim() };
    const what = t(isBureau ? "issue.what" : "handdown.what", {
      organisation: names.organisation(organisation),
      year,
      number: number.trim(),
    });
    setSigned(
      isBureau
        ? signing("preparation.appropriation.issue/1", body, what, [
            `preparation/resolution/${year}`,
          ])
        : signing("preparation.appropriation.hand_down/1", body, what),
    );
  };
  return (
    <Panel title={t(isBureau ? "issue" : "handdown")}>
      <form className={css.fields} onSubmit={submit}>
        <Select
          aria-label={t(isBureau ? "issue.of" : "handdown.of")}
          value={organisation}
          onChange={setOrganisation}
          options={organisations.map((each) => ({ value: each, label: names.organisation(each) }))}
        />
        <label>
          {t("number")}
          <input
            maxLength={100}
            placeholder={t("number.hint", { year })}
            value={number}
            aria-invalid={isTold && !number.trim()}
            onChange={(event) => setNumber(event.target.value)}
          />
        </label>
        {isTold && !number.trim() && (
          <p className={css.wrong} role="alert">
            {t("number.missing")}
          </p>
        )}
        <div>
          <Button htmlType="submit">{t(isBureau ? "issue.sign" : "handdown.sign")}</Button>
        </div>
      </form>
      <Signed signing={signed} close={() => setSigned(null)} />
    </Panel>
  );
}

/** Moves the cycle on, or compiles what was approved into the draft. */
export function CycleButtons({ cycle, next }: { cycle: Cycle; next: string | null }) {
  const t = useTexts();
  const words = useWords();
  const [signed, setSigned] = useState<Signing | null>(null);
  const year = cycle.year ?? 0;
  return (
    <>
      {next && (
        <Button
          onClick={() =>
            setSigned(
              signing(
                "preparation.cycle.stage/1",
                { year, stage: STAGES.find((each) => each === next) ?? "second_up" },
                t("stage.what", { year, stage: words("stage", next) }),
              ),
            )
          }
        >
          {t("stage.sign", { stage: words("stage", next) })}
        </Button>
      )}
      <Button
        onClick={() =>
          setSigned(
            signing(
              "preparation.draft.compile/1",
              {
                year,
                titles: { zh: t("draft.title", { year }), en: `Draft budget of ${year}` },
              },
              t("compile.what", { year }),
            ),
          )
        }
      >
        {t("compile.sign")}
      </Button>
      <Signed signing={signed} close={() => setSigned(null)} />
    </>
  );
}

/** Takes back what was handed down to a unit by mistake. */
export function Reverse({ year, units }: { year: number; units: string[] }) {
  const t = useTexts();
  const names = useNames();
  if (units.length === 0) return null;
  return (
    <Panel title={t("reverse")}>
      <Acts
        acts={[
          actOf<"preparation.appropriation.reverse/1">({
            kind: "preparation.appropriation.reverse/1",
            fixed: { year },
            choices: {
              organisation: units.map((each) => ({
                value: each,
                title: names.organisation(each),
              })),
            },
            intro: t("reverse.intro"),
          }),
        ]}
      />
    </Panel>
  );
}

/** Opens a year's cycle with the rules of an earlier one; dates of its five stages. */
export function OpenForm({ earlier, units }: { earlier: Cycle; units: string[] }) {
  const t = useTexts();
  const words = useWords();
  const names = useNames();
  const [year, setYear] = useState((earlier.year ?? 0) + 1);
  const [days, setDays] = useState<Record<string, string>>({});
  const [required, setRequired] = useState<string[]>(units);
  const [isTold, setTold] = useState(false);
  const [signed, setSigned] = useState<Signing | null>(null);
  const missing = STAGES.filter((each) => !days[each]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (missing.length > 0) return setTold(true);
    const body: Body<"preparation.cycle.open/1"> = {
      year,
      titles: { zh: t("open.title", { year }), en: `Budget of ${year}` },
      deadlines: STAGES.map((stage) => ({
        stage,
        day: Math.floor(Date.parse(`${days[stage]}T00:00:00Z`) / DAY_MS),
      })) as never,
      required_units: required,
      rules: rulesOf(earlier) as never,
    };
    setSigned(signing("preparation.cycle.open/1", body, t("open.what", { year })));
  };
  return (
    <Panel title={t("open")} more={t("open.more", { year: earlier.year ?? 0 })}>
      <details>
        <summary>{t("open.show")}</summary>
        <form className={css.fields} onSubmit={submit}>
          <label>
            {t("year")}
            <input
              type="number"
              min={2000}
              max={2200}
              value={year}
              onChange={(event) => setYear(Number(event.target.value))}
            />
          </label>
          {STAGES.map((stage) => (
            <label key={stage}>
              {t("open.until", { stage: words("stage", stage) })}
              <input
                type="date"
                value={days[stage] ?? ""}
                aria-invalid={isTold && !days[stage]}
                onChange={(event) => setDays({ ...days, [stage]: event.target.value })}
              />
            </label>
          ))}
          <div className={css.field}>
            {t("open.units")}
            <Select
              mode="multiple"
              aria-label={t("open.units")}
              value={required}
              onChange={setRequired}
              options={names.all
                .filter((each) => each.organisation_kind === "unit")
                .map((each) => ({ value: each.id, label: names.organisation(each.id) }))}
            />
          </div>
          {isTold && missing.length > 0 && (
            <p className={css.wrong} role="alert">
              {t("open.missing", {
                stages: missing.map((each) => words("stage", each)).join("、"),
              })}
            </p>
          )}
          <div>
            <Button htmlType="submit">{t("open.sign")}</Button>
          </div>
        </form>
      </details>
      <Signed signing={signed} close={() => setSigned(null)} />
    </Panel>
  );
}
