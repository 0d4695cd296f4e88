import { Button, Input, Select } from "antd";
import { useId, useState } from "react";
import { useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { Field } from "../../desk/Field.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { useWorkTexts } from "./texts.ts";
import css from "./work.module.css";

export interface Colleague {
  value: string;
  label: string;
}

/** Active people of an organisation, to choose from. */
export function useColleagues(organisation: string): Colleague[] {
  const inLanguage = useInLanguage();
  const rows = useRows("identity_persons", { organisation }).data?.rows;
  return (rows ?? [])
    .filter((each) => each.state === "active")
    .map((each) => ({ value: each.id, label: inLanguage(each.name_zh, each.name_en) || each.id }));
}

/** Gives one task to a colleague, with the right that it needs. */
export function HandTask({ task, organisation }: { task: string; organisation: string }) {
  const t = useWorkTexts();
  const acting = useActing();
  const people = useColleagues(acting.organisation || organisation).filter(
    (each) => each.value !== acting.person,
  );
  const label = useId();
  const [to, setTo] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const [isSigning, setSigning] = useState(false);
  const isReady = to !== null && reason.trim() !== "";
  const name = people.find((each) => each.value === to)?.label ?? "";
  return (
    <details>
      <summary>{t("handover.task")}</summary>
      <div className={css.form}>
        <div>
          <span id={label}>{t("handover.to")}</span>
          <Select
            aria-labelledby={label}
            value={to}
            onChange={setTo}
            options={people}
            placeholder={t("handover.choose")}
            showSearch={{ optionFilterProp: "label" }}
          />
        </div>
        <Field label={t("handover.reason")}>
          {(id) => (
            <Input
              id={id}
              value={reason}
              maxLength={120}
              placeholder={t("handover.reason.hint")}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <div className={css.buttons}>
          <Button aria-disabled={!isReady} onClick={() => isReady && setSigning(true)}>
            {t(isReady ? "handover.task" : "handover.missing")}
          </Button>
        </div>
      </div>
      {isSigning && to !== null && (
        <Sign
          kind="procedure.task.hand_over/1"
          body={{ task, to, reason }}
          what={t("handover.task.what", { to: name, reason })}
          close={() => setSigning(false)}
        />
      )}
    </details>
  );
}
