import { Button, Input, Select } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import type { Body, Kind } from "../../api/commands.ts";
import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useActing, useRoles } from "../../app/acting.ts";
import { Acts, WhoElse } from "../../desk/Acts.tsx";
import { DataTable } from "../../desk/DataTable.tsx";
import { Fact, Facts } from "../../desk/Facts.tsx";
import { Field } from "../../desk/Field.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { useTitle } from "../../parts/title.ts";
import { usePayeeActs } from "./PayeeActs.tsx";
import css from "./pay.module.css";
import { useTitles } from "./refusals.ts";
import { type PayKey, usePayTexts, worded } from "./texts.ts";

type Change = Row<"execution_accounts">;

/** Who may be paid and to which account; a changed account counts once two persons confirmed it. */
export function Component() {
  const t = usePayTexts();
  useTitle(t("payees"));
  const roles = useRoles();
  const [query] = useSearchParams();
  const only = query.get("payee") ?? "";
  const payees = useRows("execution_payees");
  const rows = payees.data?.rows;
  const acts = usePayeeActs();
  const shown = only ? rows?.filter((each) => each.id === only) : rows;
  return (
    <DeskPage title={t("payees")} state={t("payees.text")}>
      <Changes only={only} />
      <DataTable
        name={t("payees")}
        isTitled
        rows={shown}
        all={rows?.length}
        height={payees.data?.height}
        problem={payees.error}
        rowKey={(row) => row.id}
        empty={t("payees.none")}
        columns={[
          { key: "title", title: t("column.payee"), width: 220, isFixed: true },
          {
            key: "payee_class",
            title: t("column.class"),
            width: 90,
            show: (row) => worded(t, `class.${row.payee_class}`, row.payee_class ?? ""),
          },
          { key: "credit_code", title: t("column.code"), width: 190 },
          { key: "account", title: t("field.account"), width: 270 },
          {
            key: "frozen",
            title: t("column.state"),
            width: 160,
            show: (row) => (row.frozen ? `${t("frozen")} ${row.reason}` : t("frozen.not")),
          },
          {
            key: "acts",
            title: t("column.acts"),
            width: 180,
            show: (row) => <Acts isInRow acts={acts(row)} />,
          },
        ]}
      />
      <WhoElse acts={acts()} />
      {roles.includes("unit.finance") && <Register />}
    </DeskPage>
  );
}

function Changes({ only }: { only: string }) {
  const t = usePayTexts();
  const titles = useTitles();
  const names = useNames();
  const roles = useRoles();
  const { person } = useActing();
  const rows = useRows("execution_accounts").data?.rows;
  const [signing, setSigning] = useState<{ of: Change; channel: string } | null>(null);
  const [channel, setChannel] = useState("telephone");
  const waiting = (rows ?? []).filter(
    (each) => each.counts !== each.account && (!only || each.payee === only),
  );
  if (waiting.length === 0) return null;
  return (
    <Panel title={t("changes")} more={t("changes.more")}>
      <ul className={css.stack}>
        {waiting.map((each) => {
          const confirmed = (each.confirmed ?? []) as { person: string }[];
          const isMine = confirmed.some((one) => one.person === person);
          return (
            <li key={each.id} className={css.form}>
              <strong>{titles.payee(each.payee)}</strong>
              <Facts>
                <Fact name={t("changes.account")}>{each.account}</Fact>
                <Fact name={t("changes.reason")}>{each.reason}</Fact>
                <Fact name={t("changes.unit")}>{names.organisation(each.unit)}</Fact>
                <Fact name={t("changes.confirmed")}>
                  {t("changes.count", { count: confirmed.length })}
                </Fact>
              </Facts>
              {isMine ? (
                <p className={css.quiet}>{t("changes.second")}</p>
              ) : roles.includes("unit.finance") ? (
                <>
                  <Field label={t("changes.channel")} hint={t("changes.channel.hint")}>
                    {(id) => (
                      <Select
                        id={id}
                        value={channel}
                        onChange={setChannel}
                        options={["telephone", "visit", "registered_letter"].map((value) => ({
                          value,
                          label: t(`channel.${value}` as PayKey),
                        }))}
                      />
                    )}
                  </Field>
                  <div className={css.buttons}>
                    <Button onClick={() => setSigning({ of: each, channel })}>
                      {t("changes.confirm")}
                    </Button>
                  </div>
                </>
              ) : (
                <p className={css.quiet}>{t("changes.who")}</p>
              )}
            </li>
          );
        })}
      </ul>
      {signing && (
        <Sign
          kind="execution.payee.confirm/1"
          body={
            {
              payee: signing.of.payee,
              account: signing.of.account,
              channel: signing.channel,
            } as Body<"execution.payee.confirm/1">
          }
          what={t("what.confirm", {
            payee: titles.payee(signing.of.payee),
            account: signing.of.account ?? "",
            channel: t(`channel.${signing.channel}` as PayKey),
          })}
          close={() => setSigning(null)}
        />
      )}
    </Panel>
  );
}

const BLANK = { payee: "", title: "", payee_class: "supplier", credit_code: "", account: "" };

function Register() {
  const t = usePayTexts();
  const [value, setValue] = useState(BLANK);
  const [isSigning, setSigning] = useState(false);
  const isReady = Object.values(value).every((each) => each.trim() !== "");
  const kind: Kind = "execution.payee.register/1";
  const fields = ["payee", "title", "credit_code", "account"] as const;
  return (
    <Panel title={t("register")} more={t("register.more")}>
      <div className={css.grid}>
        {fields.map((name) => (
          <Field key={name} label={t(`register.${name}`)} hint={t(`register.${name}.hint`)}>
            {(id, described) => (
              <Input
                id={id}
                aria-describedby={described}
                value={value[name]}
                onChange={(event) => setValue({ ...value, [name]: event.target.value.trim() })}
              />
            )}
          </Field>
        ))}
        <Field label={t("column.class")}>
          {(id) => (
            <Select
              id={id}
              value={value.payee_class}
              onChange={(next) => setValue({ ...value, payee_class: next })}
              options={["supplier", "unit", "person", "government"].map((each) => ({
                value: each,
                label: t(`class.${each}` as PayKey),
              }))}
            />
          )}
        </Field>
      </div>
      <div className={css.buttons}>
        <Button aria-disabled={!isReady} onClick={() => isReady && setSigning(true)}>
          {t(isReady ? "register.submit" : "register.missing")}
        </Button>
      </div>
      {isSigning && (
        <Sign
          kind={kind}
          body={value as never}
          what={t("what.register", { title: value.title, account: value.account })}
          close={() => setSigning(false)}
          done={() => setValue(BLANK)}
        />
      )}
    </Panel>
  );
}
