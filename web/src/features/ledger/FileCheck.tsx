import { Button } from "antd";
import { type DragEvent, useId, useState } from "react";
import { Link } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { timeInTable } from "../../parts/dates.ts";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { sha256Of } from "../../parts/sha256.ts";
import css from "./ledger.module.css";
import { askRegistered, type Registered } from "./reading.ts";
import { useLedgerTexts, useRecordTitle } from "./texts.ts";

type Answer = { sha256: string; found: Registered } | null;

/** Whether, when and where a file was registered: its SHA-256 is computed here, the file stays. */
export function FileCheck() {
  const t = useLedgerTexts();
  const id = useId();
  const [typed, setTyped] = useState("");
  const [isWorking, setWorking] = useState(false);
  const [isWrong, setWrong] = useState(false);
  const [isOver, setOver] = useState(false);
  const [answer, setAnswer] = useState<Answer>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const ask = async (text: string) => {
    const sha256 = text.trim().toLowerCase();
    setAnswer(null);
    setProblem(null);
    setWrong(!/^[0-9a-f]{64}$/.test(sha256));
    if (!/^[0-9a-f]{64}$/.test(sha256)) return;
    try {
      setAnswer({ sha256, found: await askRegistered(sha256) });
    } catch (error) {
      setProblem(error);
    }
  };
  const take = async (file: File | undefined) => {
    if (!file) return;
    setWorking(true);
    try {
      const sha256 = await sha256Of(file);
      setTyped(sha256);
      await ask(sha256);
    } finally {
      setWorking(false);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    <section className={css.file} aria-label={t("file.title")}>
      <h2>{t("file.title")}</h2>
      <p>{t("file.lead")}</p>
      {window.isSecureContext ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the field inside is the first
        <div
          className={`${css.drop} ${isOver ? css.over : ""}`}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <label htmlFor={`${id}file`}>{t("file.choose")}</label>
          <input
            id={`${id}file`}
            type="file"
            onChange={(event) => void take(event.target.files?.[0])}
          />
          <span>{t("file.drop")}</span>
        </div>
      ) : (
        <p>{t("file.insecure")}</p>
      )}
      <form
        className={css.asked}
        onSubmit={(event) => {
          event.preventDefault();
          void ask(typed);
        }}
      >
        <label htmlFor={`${id}sha`}>{t("file.or")}</label>
        <input
          id={`${id}sha`}
          value={typed}
          spellCheck={false}
          aria-invalid={isWrong}
          aria-describedby={isWrong ? `${id}wrong` : undefined}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button htmlType="submit" type="primary">
          {t("file.ask")}
        </Button>
      </form>
      {isWrong && (
        <p id={`${id}wrong`} role="alert" className={css.wrong}>
          {t("file.wrong")}
        </p>
      )}
      <PlainProblem problem={problem} />
      <div aria-live="polite">
        {isWorking && <p>{t("file.working")}</p>}
        {answer && <Answered of={answer} />}
      </div>
    </section>
  );
}

function Answered({ of }: { of: NonNullable<Answer> }) {
  const t = useLedgerTexts();
  const title = useRecordTitle();
  const ledger = useLedger();
  const [first] = of.found.found;
  return (
    <div className={css.answer}>
      <p>
        <strong>
          {!first
            ? t("file.none")
            : first.from_height === 0
              ? t("file.genesis")
              : t("file.found", {
                  height: first.from_height,
                  time:
                    ledger && first.time_ms !== null
                      ? timeInTable(first.time_ms, ledger.offset_s)
                      : "",
                })}
        </strong>
      </p>
      <p>
        {t("file.hash")} <code>{of.sha256}</code>
      </p>
      {first && (
        <>
          <h3>{t("file.where")}</h3>
          <ul className={css.found}>
            {of.found.found.map((each) => (
              <li key={each.key}>
                <Link to={`/desk/records/${each.key}`}>{title(each.key)}</Link>
                <code>{each.key.split("/").slice(2).join("/")}</code>
                <span>
                  <Link to={`/desk/ledger/${each.from_height}`}>
                    {t("facts.page", { height: each.from_height })}
                  </Link>
                </span>
                {!each.still && <span>{t("file.gone")}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
