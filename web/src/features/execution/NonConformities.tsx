import { Button, Input } from "antd";
import { useState } from "react";
import { useActing, useRoles } from "../../app/acting.ts";
import { Field } from "../../desk/Field.tsx";
import { Panel } from "../../desk/Panel.tsx";
import { type Agreement, dutiesOf, type Signing } from "./agreement.ts";
import type { Dealings, MilestoneTerm } from "./dealings.ts";
import { FileHash } from "./FileHash.tsx";
import css from "./pay.module.css";
import { usePayTexts, worded } from "./texts.ts";

export function NonConformities({
  agreement,
  rows,
  sign,
}: {
  agreement: Agreement;
  rows: Dealings["nonconformities"] | undefined;
  sign: (signing: Signing) => void;
}) {
  const t = usePayTexts();
  const roles = useRoles();
  const { organisation } = useActing();
  const duty = dutiesOf(roles, agreement, organisation).find((each) => each !== "manager");
  const terms = (agreement.record?.milestones ?? []) as MilestoneTerm[];
  const [evidence, setEvidence] = useState({ hash: "", name: "" });
  const [title, setTitle] = useState("");
  const [milestone, setMilestone] = useState("");
  const isReady = evidence.hash !== "" && title.trim() !== "" && milestone !== "";
  const open = terms.filter((each) => each.trigger === "acceptance");
  return (
    <Panel title={t("defects")}>
      {rows?.length === 0 && <p className={css.empty}>{t("defects.none")}</p>}
      <ul className={css.stack}>
        {rows?.map((each) => (
          <li key={each.id}>
            <strong className={each.state === "open" ? css.bad : undefined}>
              {worded(t, `defect.${each.state}`, each.state ?? "")}
            </strong>{" "}
            {each.milestone} · {each.title}
            {each.state === "open" && duty && evidence.hash && (
              <Button
                size="small"
                onClick={() =>
                  sign({
                    kind: "execution.nonconformity.release/1",
                    body: { nonconformity: each.id, duty, evidence_sha256: evidence.hash },
                    on: [],
                    what: t("what.release", { title: each.title ?? "" }),
                  })
                }
              >
                {t("defects.release")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {duty && (
        <details>
          <summary>{t("defects.open")}</summary>
          <div className={css.form}>
            <FileHash
              label={t("defects.evidence")}
              hash={evidence.hash}
              name={evidence.name}
              change={(hash, name) => setEvidence({ hash, name })}
            />
            <Field label={t("defects.milestone")}>
              {(id) => (
                <select
                  id={id}
                  value={milestone}
                  onChange={(event) => setMilestone(event.target.value)}
                >
                  <option value="">{t("defects.choose")}</option>
                  {open.map((each) => (
                    <option key={each.id} value={each.id}>
                      {each.id} {each.title}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field label={t("defects.title")}>
              {(id) => (
                <Input
                  id={id}
                  value={title}
                  maxLength={120}
                  onChange={(event) => setTitle(event.target.value)}
                />
              )}
            </Field>
            <div className={css.buttons}>
              <Button
                aria-disabled={!isReady}
                onClick={() =>
                  isReady &&
                  sign({
                    kind: "execution.nonconformity.open/1",
                    body: {
                      agreement: agreement.id,
                      milestone,
                      title,
                      evidence_sha256: evidence.hash,
                    },
                    on: [],
                    what: t("what.defect", { title }),
                  })
                }
              >
                {t(isReady ? "defects.open" : "defects.missing")}
              </Button>
            </div>
          </div>
        </details>
      )}
    </Panel>
  );
}
