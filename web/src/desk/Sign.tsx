import { Button, Drawer } from "antd";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Problem } from "../api/client.ts";
import {
  type Accepted,
  act,
  type Body,
  dryRun,
  isFinal,
  isUnanswered,
  type Kind,
  type Mark,
  newMark,
  readRecord,
  type Seen,
} from "../api/commands.ts";
import { useNames } from "../api/names.ts";
import { useActing } from "../app/acting.ts";
import { PlainProblem } from "../parts/PlainProblem.tsx";
import { announce } from "./announced.ts";
import { Refusal } from "./Refusal.tsx";
import css from "./sign.module.css";
import { useDeskTexts } from "./texts.ts";

interface SignProps<K extends Kind> {
  kind: K;
  body: Body<K>;
  /** Keys of the records that the act rests on; read when the drawer opens, named in `on`. */
  on?: readonly string[];
  /** What is about to be done, in words: 「预付材料款 1,000,000.00 元，给施工单位 B」. */
  what: ReactNode;
  /** Versions that were on screen, where the page read them itself. */
  seen?: Seen;
  close: () => void;
  done?: (answer: Accepted) => void;
  remedies?: (problem: Problem) => ReactNode;
  /** A refusal in the words of the room. */
  words?: ((problem: Problem) => { title: string; advice: string } | null) | undefined;
}

type Stage =
  | { at: "trying" }
  | { at: "ready"; seen: Seen }
  | { at: "working" }
  | { at: "unanswered"; problem: unknown; seen: Seen }
  | { at: "refused"; problem: unknown; isLate?: boolean };

const BUTTON = {
  trying: "sign.submit",
  ready: "sign.submit",
  working: "sign.working",
  unanswered: "sign.again",
  refused: "sign.submit",
} as const;

const EXPIRED = "KER-16";

function codeOf(problem: unknown): string {
  return problem instanceof Problem ? problem.code : "";
}

/** Says in one sentence what will be signed, tries it, and signs only on a second press. */
export function Sign<K extends Kind>(props: SignProps<K>) {
  const { kind, body, on = [], what, seen, close, done, remedies, words } = props;
  const t = useDeskTexts();
  const names = useNames();
  const acting = useActing();
  const [stage, setStage] = useState<Stage>({ at: "trying" });
  const begun = useRef(false);
  const mark = useRef<Mark | null>(null);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const attempt = async () => {
      try {
        const versions: Seen = { ...seen };
        for (const key of on) versions[key] ??= (await readRecord(key)).version;
        await dryRun(kind, body, versions);
        setStage({ at: "ready", seen: versions });
      } catch (problem) {
        setStage({ at: "refused", problem });
      }
    };
    void attempt();
  }, [kind, body, on, seen]);
  const submit = async (versions: Seen) => {
    const isAgain = stage.at === "unanswered";
    setStage({ at: "working" });
    try {
      mark.current ??= await newMark();
      const answer = await act(kind, body, versions, mark.current);
      announce(isFinal(answer) ? { at: "done", answer } : { at: "pending" });
      if (isFinal(answer)) done?.(answer);
      close();
    } catch (problem) {
      setStage(
        isUnanswered(problem)
          ? { at: "unanswered", problem, seen: versions }
          : { at: "refused", problem, isLate: isAgain && codeOf(problem) === EXPIRED },
      );
    }
  };
  return (
    <Drawer open title={t("sign.title")} onClose={close} size={520} destroyOnHidden>
      <div className={css.sign}>
        <p className={css.sentence}>
          {t("sign.sentence", {
            organisation: names.organisation(acting.organisation),
            post: names.post(acting.post),
            what: "",
          })}
          {what}
        </p>
        <div aria-live="polite">
          {stage.at === "trying" && <p className={css.quiet}>{t("sign.checking")}</p>}
          {stage.at === "ready" && <p className={css.quiet}>✓ {t("sign.would")}</p>}
        </div>
        {stage.at === "unanswered" && (
          <>
            <PlainProblem problem={stage.problem} />
            <p role="alert">{t("sign.unanswered")}</p>
          </>
        )}
        {stage.at === "refused" && stage.isLate && <p role="alert">{t("sign.late")}</p>}
        {stage.at === "refused" && (
          <Refusal
            problem={stage.problem}
            words={stage.problem instanceof Problem ? (words?.(stage.problem) ?? null) : null}
          >
            {stage.problem instanceof Problem && remedies?.(stage.problem)}
          </Refusal>
        )}
        <div className={css.buttons}>
          <Button
            type="primary"
            loading={stage.at === "working"}
            disabled={stage.at === "trying" || stage.at === "refused"}
            onClick={() => "seen" in stage && void submit(stage.seen)}
          >
            {t(BUTTON[stage.at])}
          </Button>
          <Button onClick={close}>{t("sign.not")}</Button>
        </div>
      </div>
    </Drawer>
  );
}
