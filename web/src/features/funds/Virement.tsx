import { Button, Input, Select } from "antd";
import { useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { useRows } from "../../api/views.ts";
import { useActing, useRoles } from "../../app/acting.ts";
import { Fact, Facts } from "../../desk/Facts.tsx";
import { Field } from "../../desk/Field.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { useBetween } from "../../i18n/texts.ts";
import { amountText, readYuan } from "../../parts/amounts.ts";
import { Money } from "../../parts/Money.tsx";
import { useTitle } from "../../parts/title.ts";
import { useDraft } from "../execution/draft.ts";
import { useRefusalWords, useTitles } from "../execution/refusals.ts";
import { useRuledRow } from "../execution/ruled.ts";
import { CaseDesk, CaseHolder, CaseRoad } from "../procedure/CaseDesk.tsx";
import { useYear } from "../procedure/Money.tsx";
import css from "./funds.module.css";
import { useFundTexts, worded } from "./texts.ts";

/** One virement, or the form that asks for one (`/desk/virements/new`). */
export function Component() {
  const { id = "new" } = useParams();
  return id === "new" ? <NewVirement /> : <Shown id={id} />;
}

function Shown({ id }: { id: string }) {
  const t = useFundTexts();
  const titles = useTitles();
  const ruled = useRuledRow();
  const between = useBetween();
  const found = useRows("execution_virements", { id }).data?.rows;
  const row = found?.[0];
  const state = row ? worded(t, `virement.${row.state}`, row.state ?? "") : "";
  useTitle(`${t("virement")} ${state}`);
  if (!row) {
    return (
      <DeskPage title={t("virement")}>
        {found && <p className={css.empty}>{t("virement.none")}</p>}
      </DeskPage>
    );
  }
  const line = (cell: string | undefined): string => {
    const [name, , , year = "", vintage = ""] = (cell ?? "").split(":");
    const own = titles.line(name);
    return year === vintage ? `${own} ${year}` : `${own} ${year}（${vintage}）`;
  };
  const caseId = row.case_id ?? "";
  const what = `${t("virement")} ${amountText(row.amount_fen ?? 0)}`;
  return (
    <DeskPage
      title={
        <>
          {t("virement")} <Money fen={row.amount_fen} unit="yuan" /> {state}
        </>
      }
      aside={
        caseId && (
          <>
            <CaseHolder id={caseId} />
            <CaseRoad id={caseId} />
          </>
        )
      }
    >
      {caseId && <CaseDesk id={caseId} what={what} />}
      <Panel title={t("virement")}>
        <Facts>
          <Fact name={t("virement.from")}>{line(row.from_cell)}</Fact>
          <Fact name={t("virement.to")}>{line(row.to_cell)}</Fact>
          <Fact name={t("virement.amount")}>
            <Money fen={row.amount_fen} unit="yuan" />
          </Fact>
          <Fact name={t("virement.reason")}>{row.reason}</Fact>
          <Fact name={t("virement.decided")}>
            {((row.clauses ?? []) as string[]).map(ruled).join(between)}
          </Fact>
        </Facts>
      </Panel>
    </DeskPage>
  );
}

const EMPTY = { from: "", to: "", amount: "", reason: "" };

function NewVirement() {
  const t = useFundTexts();
  useTitle(t("virement.new"));
  const titles = useTitles();
  const words = useRefusalWords();
  const roles = useRoles();
  const navigate = useNavigate();
  const { organisation } = useActing();
  const year = useYear();
  const [query] = useSearchParams();
  const fenAsked = Number(query.get("fen") ?? 0);
  const given = query.get("from")
    ? {
        from: query.get("from") ?? "",
        to: query.get("to") ?? "",
        amount: Number.isSafeInteger(fenAsked) ? amountText(fenAsked) : "",
      }
    : undefined;
  const { value, set, drop } = useDraft("virement.new", EMPTY, given);
  const [isSigning, setSigning] = useState(false);
  const cells = useRows("funds_cells", { unit: organisation, year: year ?? 0 }, year !== undefined)
    .data?.rows;
  const options = (cells ?? [])
    .filter((each) => !each.closed)
    .map((each) => ({
      value: each.id,
      label: `${titles.line(each.line)} ${t("line.vintage", { year: each.vintage ?? 0 })} · ${amountText(each.available_fen ?? 0)}`,
    }));
  const fen = readYuan(value.amount) ?? 0;
  const isReady = value.from !== "" && value.to !== "" && fen > 0 && value.reason.trim() !== "";
  const named = (cell: string): string => titles.line(cell.split(":")[0]);
  const isDirector = roles.includes("unit.director");
  return (
    <DeskPage title={t("virement.new")} state={isDirector ? undefined : t("virement.who")}>
      <Panel title={t("virement")}>
        <div className={css.form}>
          {(["from", "to"] as const).map((name) => (
            <Field key={name} label={t(`virement.${name}`)}>
              {(id) => (
                <Select
                  id={id}
                  showSearch={{ optionFilterProp: "label" }}
                  value={value[name] || null}
                  onChange={(next: string) => set({ [name]: next })}
                  options={options}
                />
              )}
            </Field>
          ))}
          <Field label={t("virement.amount")} hint={t("virement.amount.hint")}>
            {(id, described) => (
              <Input
                id={id}
                aria-describedby={described}
                inputMode="decimal"
                value={value.amount}
                onChange={(event) => set({ amount: event.target.value })}
              />
            )}
          </Field>
          <Field label={t("virement.reason")} hint={t("virement.reason.hint")}>
            {(id, described) => (
              <Input.TextArea
                id={id}
                aria-describedby={described}
                value={value.reason}
                maxLength={1_000}
                autoSize={{ minRows: 3, maxRows: 8 }}
                onChange={(event) => set({ reason: event.target.value })}
              />
            )}
          </Field>
          <div className={css.buttons}>
            <Button
              type="primary"
              aria-disabled={!isReady}
              onClick={() => isReady && setSigning(true)}
            >
              {t(isReady ? "virement.submit" : "virement.missing")}
            </Button>
          </div>
        </div>
      </Panel>
      {isSigning && (
        <Sign
          kind="execution.virement.request/1"
          body={{
            from_cell: value.from,
            to_cell: value.to,
            amount_fen: fen,
            reason: value.reason,
            art67_case: "none",
          }}
          what={t("virement.what", {
            from: named(value.from),
            to: named(value.to),
            amount: amountText(fen),
            reason: value.reason,
          })}
          words={words}
          close={() => setSigning(false)}
          done={(answer) => {
            drop();
            const made = answer.receipt.events?.find(
              (each) => each.kind === "execution.virement_decided",
            );
            if (made) navigate(`/desk/virements/${String(made.virement)}`);
          }}
        />
      )}
    </DeskPage>
  );
}
