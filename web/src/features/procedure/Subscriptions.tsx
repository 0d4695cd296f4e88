import { Button } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { Panel } from "../../desk/Panel.tsx";
import { CommandDrawer } from "../../desk/SchemaForm.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { dateInTable } from "../../parts/dates.ts";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useAbout } from "./describe.tsx";
import { type Choices, type Chosen, useChosen } from "./following.ts";
import { useWorkTexts, worded } from "./texts.ts";
import css from "./work.module.css";
import { addressOf, itemOf } from "./work.ts";

interface SubscriptionsProps {
  person: string;
  name: string;
}

/** Of what a person is told: kinds of notices and followed records, to add and to end. */
export function Subscriptions({ person, name }: SubscriptionsProps) {
  const t = useWorkTexts();
  const isOwn = useActing().person === person;
  const found = useChosen(person);
  const about = useAbout();
  const [isAdding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Chosen | null>(null);
  const choices = useOffered(found.data);
  const fixed = useMemo(() => ({ person }), [person]);
  const body = useMemo(() => ({ person, about: ending?.about ?? "" }), [person, ending]);
  const follows = found.data?.follows;
  return (
    <Panel
      title={t(isOwn ? "subscriptions.own" : "subscriptions")}
      more={
        found.data &&
        t("subscriptions.count", { count: follows?.length ?? 0, most: found.data.most })
      }
      aside={
        found.data && (
          <Button size="small" onClick={() => setAdding(true)}>
            {t("subscriptions.add")}
          </Button>
        )
      }
    >
      {found.error && <PlainProblem problem={found.error} />}
      {follows?.length === 0 && <p className={css.empty}>{t("subscriptions.none")}</p>}
      <ul className={`${css.rows} ${css.panelRows}`} aria-busy={found.isPending}>
        {follows?.map((each) => (
          <One key={each.about} of={each} end={() => setEnding(each)} />
        ))}
      </ul>
      {isAdding && (
        <CommandDrawer
          kind="procedure.subscription.set/1"
          fixed={fixed}
          choices={choices}
          intro={t("subscriptions.intro")}
          what={(_, body) =>
            t(isOwn ? "follow.what" : "subscriptions.what", {
              name,
              what: choices.about.find((each) => each.value === body.about)?.title ?? "",
            })
          }
          close={() => setAdding(false)}
        />
      )}
      {ending && (
        <Sign
          kind="procedure.subscription.end/1"
          body={body}
          what={
            <>
              {t(isOwn ? "follow.end.what" : "subscriptions.end.what", { name, what: "" })}
              {about(ending.about, ending.record)}
            </>
          }
          close={() => setEnding(null)}
        />
      )}
    </Panel>
  );
}

function One({ of, end }: { of: Chosen; end: () => void }) {
  const t = useWorkTexts();
  const ledger = useLedger();
  const about = useAbout();
  const named = about(of.about, of.record);
  const isNotice = !of.about.includes("/");
  return (
    <li className={`${css.row} ${css.short}`}>
      <span className={css.kind}>{t(isNotice ? "kind.notice" : "kind.followed")}</span>
      <div>
        <strong>{isNotice ? named : <Link to={addressOf(itemOf(of.about))}>{named}</Link>}</strong>
        <p>
          {ledger && t("subscriptions.since", { date: dateInTable(of.since_ms, ledger.offset_s) })}
        </p>
      </div>
      <Button size="small" autoInsertSpace={false} onClick={end}>
        {t("follow.end")}
      </Button>
    </li>
  );
}

/** What can be chosen from a list: kinds of notices, projects, agreements. The rest on its page. */
function useOffered(told: Choices | undefined) {
  const t = useWorkTexts();
  const inLanguage = useInLanguage();
  const projects = useRows("preparation_projects").data?.rows;
  const agreements = useRows("execution_agreements").data?.rows;
  return useMemo(
    () => ({
      about: [
        ...(told?.kinds ?? []).map((each) => ({
          value: each,
          title: t("subscriptions.kind", { kind: worded(t, `notice.${each}`, each) }),
        })),
        ...(projects ?? []).map((each) => ({
          value: `preparation/project/${each.id}`,
          title: `${t("what.project")} ${inLanguage(each.title_zh, each.title_en) || each.id}`,
        })),
        ...(agreements ?? []).map((each) => ({
          value: `execution/agreement/${each.id}`,
          title: `${t("what.agreement")} ${each.title ?? each.id}`,
        })),
      ].filter((each) => !told?.follows.some((one) => one.about === each.value)),
    }),
    [told, projects, agreements, t, inLanguage],
  );
}
