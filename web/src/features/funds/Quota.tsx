import { Button, Input, Select } from "antd";
import { useState } from "react";
import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useRoles } from "../../app/acting.ts";
import { DataTable } from "../../desk/DataTable.tsx";
import { Field } from "../../desk/Field.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { amountText, readYuan } from "../../parts/amounts.ts";
import { useTitle } from "../../parts/title.ts";
import { useDraft } from "../execution/draft.ts";
import { FileHash } from "../execution/FileHash.tsx";
import { useRefusalWords, useTitles } from "../execution/refusals.ts";
import { useYear } from "../procedure/Money.tsx";
import css from "./funds.module.css";
import { Interim } from "./Interim.tsx";
import { Limits } from "./Limits.tsx";
import { useFundTexts, worded } from "./texts.ts";

type Document = Row<"execution_quota_documents">;

/** Quota documents, newest last; the treasury post issues them and releases what waits. */
export function Component() {
  const t = useFundTexts();
  useTitle(t("quota"));
  const names = useNames();
  const roles = useRoles();
  const year = useYear();
  const isTreasury = roles.includes("finance.treasury");
  const found = useRows("execution_quota_documents");
  const waiting = found.data?.rows.filter((each) => each.state === "conditional") ?? [];
  return (
    <DeskPage title={t("quota")} state={t("quota.text")}>
      {waiting.map((each) => (
        <Waiting key={each.id} of={each} isTreasury={isTreasury} />
      ))}
      <DataTable
        name={t("quota")}
        rows={found.data?.rows}
        height={found.data?.height}
        problem={found.error}
        rowKey={(row) => row.id}
        empty={t("quota.none")}
        columns={[
          { key: "number", title: t("column.number"), width: 230, isFixed: true },
          { key: "amount", title: t("column.amount"), width: 160, fen: (row) => row.amount_fen },
          {
            key: "state",
            title: t("column.state"),
            width: 90,
            show: (row) => worded(t, `quota.${row.state}`, row.state ?? ""),
            order: (row) => row.state ?? "",
          },
          {
            key: "unit",
            title: t("column.to"),
            width: 150,
            show: (row) => names.organisation(row.unit),
            order: (row) => row.unit ?? "",
          },
          { key: "year", title: t("year"), width: 80, order: (row) => row.year ?? 0 },
          {
            key: "issuer",
            title: t("column.issuer"),
            width: 140,
            show: (row) => names.organisation(row.issuer),
          },
          { key: "condition", title: t("column.condition"), width: 180 },
        ]}
      />
      {isTreasury && <Issue />}
      {year !== undefined && (
        <>
          <Interim year={year} />
          <Limits year={year} />
        </>
      )}
    </DeskPage>
  );
}

function Waiting({ of, isTreasury }: { of: Document; isTreasury: boolean }) {
  const t = useFundTexts();
  const [number, setNumber] = useState(of.condition ?? "");
  const [file, setFile] = useState({ hash: "", name: "" });
  const [isSigning, setSigning] = useState(false);
  const isReady = number.trim() !== "" && file.hash !== "";
  return (
    <Panel title={of.number} more={`${t("column.condition")}：${of.condition ?? ""}`}>
      {isTreasury ? (
        <div className={css.form}>
          <Field label={t("quota.release.number")}>
            {(id) => (
              <Input id={id} value={number} onChange={(event) => setNumber(event.target.value)} />
            )}
          </Field>
          <FileHash
            label={t("quota.release.file")}
            hash={file.hash}
            name={file.name}
            change={(hash, name) => setFile({ hash, name })}
          />
          <div className={css.buttons}>
            <Button
              type="primary"
              aria-disabled={!isReady}
              onClick={() => isReady && setSigning(true)}
            >
              {t(isReady ? "quota.release" : "quota.release.missing")}
            </Button>
          </div>
        </div>
      ) : (
        <p className={css.quiet}>{t("quota.release.who")}</p>
      )}
      {isSigning && (
        <Sign
          kind="execution.quota.release/1"
          body={{ quota: of.id, met_by: { number, sha256: file.hash } }}
          on={[`execution/quota_document/${of.id}`]}
          what={t("quota.release.what", { number, quota: of.number ?? "" })}
          close={() => setSigning(false)}
        />
      )}
    </Panel>
  );
}

interface Part {
  /** line:nature:source:year:vintage */
  cell: string;
  amount: string;
}

const BLANK: { unit: string; number: string; condition: string; parts: Part[] } = {
  unit: "",
  number: "",
  condition: "",
  parts: [{ cell: "", amount: "" }],
};

function Issue() {
  const t = useFundTexts();
  const names = useNames();
  const titles = useTitles();
  const words = useRefusalWords();
  const year = useYear();
  const { value, set, drop } = useDraft("quota.issue", BLANK);
  const [file, setFile] = useState({ hash: "", name: "" });
  const [isSigning, setSigning] = useState(false);
  const filters = { unit: value.unit, year: year ?? 0 };
  const cells = useRows("funds_cells", filters, value.unit !== "" && year !== undefined).data?.rows;
  const units = useRows("funds_lines").data?.rows ?? [];
  const parts = value.parts.flatMap((each) => {
    const fen = readYuan(each.amount) ?? 0;
    const [line = "", nature = "", source = "", , vintage = ""] = each.cell.split(":");
    return line && fen > 0
      ? [{ line, nature, source, vintage: Number(vintage), amount_fen: fen }]
      : [];
  });
  const sum = parts.reduce((fen, each) => fen + each.amount_fen, 0);
  const isReady = value.unit !== "" && value.number !== "" && file.hash !== "" && parts.length > 0;
  const change = (at: number, next: Partial<Part>) =>
    set({ parts: value.parts.map((each, own) => (own === at ? { ...each, ...next } : each)) });
  return (
    <Panel title={t("quota.issue")} more={t("quota.issue.more")}>
      <div className={css.form}>
        <Field label={t("quota.unit")}>
          {(id) => (
            <Select
              id={id}
              value={value.unit || null}
              onChange={(unit: string) => set({ unit })}
              options={[...new Set(units.map((each) => each.unit ?? ""))].map((unit) => ({
                value: unit,
                label: names.organisation(unit),
              }))}
            />
          )}
        </Field>
        <Field label={t("quota.number")}>
          {(id) => (
            <Input
              id={id}
              value={value.number}
              onChange={(event) => set({ number: event.target.value })}
            />
          )}
        </Field>
        <FileHash
          label={t("quota.file")}
          hash={file.hash}
          name={file.name}
          change={(hash, name) => setFile({ hash, name })}
        />
        <Field label={t("quota.condition")}>
          {(id) => (
            <Input
              id={id}
              value={value.condition}
              onChange={(event) => set({ condition: event.target.value })}
            />
          )}
        </Field>
        {value.parts.map((each, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are only ever added at the end
          <div key={at} className={css.pair}>
            <Field label={t("quota.line")}>
              {(id) => (
                <Select
                  id={id}
                  value={each.cell || null}
                  onChange={(cell: string) => change(at, { cell })}
                  options={(cells ?? []).map((cell) => ({
                    value: cell.id,
                    label: `${titles.line(cell.line)} ${t("line.vintage", { year: cell.vintage ?? 0 })}`,
                  }))}
                />
              )}
            </Field>
            <Field label={t("quota.amount")}>
              {(id) => (
                <Input
                  id={id}
                  inputMode="decimal"
                  value={each.amount}
                  onChange={(event) => change(at, { amount: event.target.value })}
                />
              )}
            </Field>
          </div>
        ))}
        <div className={css.buttons}>
          <Button onClick={() => set({ parts: [...value.parts, { cell: "", amount: "" }] })}>
            {t("quota.add")}
          </Button>
          <span>
            {t("sum")} {amountText(sum)}
          </span>
          <Button
            type="primary"
            aria-disabled={!isReady}
            onClick={() => isReady && setSigning(true)}
          >
            {t(isReady ? "quota.issue.submit" : "quota.issue.missing")}
          </Button>
        </div>
      </div>
      {isSigning && year !== undefined && (
        <Sign
          kind="execution.quota.issue/1"
          body={
            {
              organisation: value.unit,
              year,
              document: { number: value.number, sha256: file.hash },
              parts,
              condition: value.condition ? { number: value.condition } : null,
            } as never
          }
          what={t("quota.issue.what", {
            number: value.number,
            sum: amountText(sum),
            unit: names.organisation(value.unit),
          })}
          words={words}
          close={() => setSigning(false)}
          done={drop}
        />
      )}
    </Panel>
  );
}
