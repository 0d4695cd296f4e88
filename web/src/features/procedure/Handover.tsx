import { Button, Input, Select } from "antd";
import { useId, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { Problem } from "../../api/client.ts";
import { useActing } from "../../app/acting.ts";
import { Field } from "../../desk/Field.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import { Deadline, useWhat, useWhy } from "./describe.tsx";
import { useColleagues } from "./HandTask.tsx";
import { useLeftBehind } from "./reading.ts";
import { useWorkTexts, worded } from "./texts.ts";
import css from "./work.module.css";
import { addressOf } from "./work.ts";

/** One list of all that a person would leave behind, secret items counted, handed over at once. */
export function Component() {
  const t = useWorkTexts();
  useTitle(t("handover"));
  const { organisation } = useActing();
  const [query, setQuery] = useSearchParams();
  const person = query.get("person") ?? "";
  const people = useColleagues(organisation);
  const left = useLeftBehind(person);
  const label = useId();
  const name = people.find((each) => each.value === person)?.label ?? person;
  const isForbidden = left.error instanceof Problem && left.error.status === 403;
  return (
    <DeskPage title={t("handover")} state={t("handover.text")}>
      <Panel title={<strong id={label}>{t("handover.person")}</strong>}>
        <div className={css.form}>
          <Select
            aria-labelledby={label}
            value={person || null}
            onChange={(next) => setQuery({ person: next }, { replace: true })}
            options={people}
            placeholder={t("handover.choose")}
            showSearch={{ optionFilterProp: "label" }}
          />
        </div>
      </Panel>
      {isForbidden ? (
        <p role="alert" className={css.now}>
          {t("handover.may")}
        </p>
      ) : (
        <PlainProblem problem={left.error} />
      )}
      {left.data && <Left left={left.data} name={name} people={people} />}
    </DeskPage>
  );
}

function Left({
  left,
  name,
  people,
}: {
  left: NonNullable<ReturnType<typeof useLeftBehind>["data"]>;
  name: string;
  people: ReturnType<typeof useColleagues>;
}) {
  const t = useWorkTexts();
  const what = useWhat();
  const why = useWhy();
  const label = useId();
  const [to, setTo] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const [isSigning, setSigning] = useState(false);
  const receiver = people.find((each) => each.value === to)?.label ?? "";
  const isReady = to !== null && reason.trim() !== "";
  const count = left.count;
  return (
    <>
      <Panel title={t("handover.list", { person: name })} more={t("handover.count", { count })}>
        {count === 0 ? (
          <p className={css.empty}>{t("handover.none")}</p>
        ) : (
          <div className={css.panelRows}>
            <ul className={css.rows}>
              {left.items.map((each) => (
                <li key={each.id} className={`${css.row} ${css.short}`}>
                  <span className={css.kind}>{worded(t, `kind.${each.kind}`, each.kind)}</span>
                  <div>
                    <Link to={addressOf(each)}>{what(each)}</Link>
                    <p>{why(each)}</p>
                  </div>
                  <Deadline until={each.until_ms} />
                </li>
              ))}
            </ul>
            {left.hidden > 0 && (
              <p className={css.row}>{t("handover.hidden", { count: left.hidden })}</p>
            )}
          </div>
        )}
      </Panel>
      {count > 0 && (
        <Panel title={<strong id={label}>{t("handover.to")}</strong>}>
          <div className={css.form}>
            <Select
              aria-labelledby={label}
              value={to}
              onChange={setTo}
              options={people.filter((each) => each.value !== left.person)}
              placeholder={t("handover.choose")}
              showSearch={{ optionFilterProp: "label" }}
            />
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
              <Button
                type="primary"
                aria-disabled={!isReady}
                onClick={() => isReady && setSigning(true)}
              >
                {isReady ? t("handover.submit", { count }) : t("handover.missing")}
              </Button>
            </div>
          </div>
        </Panel>
      )}
      {isSigning && to !== null && (
        <Sign
          kind="procedure.work.hand_over/1"
          body={{ person: left.person, to, reason }}
          what={t("handover.what", { person: name, count, to: receiver, reason })}
          close={() => setSigning(false)}
        />
      )}
    </>
  );
}
