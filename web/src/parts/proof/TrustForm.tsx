import { type FormEvent, lazy, Suspense, useEffect, useId, useRef, useState } from "react";
import { useSandbox } from "../../api/sandbox.ts";
import { useLanguage } from "../../i18n/texts.ts";
import { NotTaken, notedAndKeys, Rejected, reasonText, sourceOf } from "./judging.ts";
import { addAddress, addPasted, useTrust } from "./store.ts";
import { useProofTexts } from "./texts.ts";
import css from "./trust.module.css";

const Scan = lazy(() => import("./Scan.tsx"));
const SHOWN_MOST = 60;

/** Why a head is not taken, in words. */
function useRefusal(): (error: Rejected | NotTaken) => string {
  const t = useProofTexts();
  const language = useLanguage();
  return (error) => {
    if (error instanceof NotTaken) return t(error.why);
    if (error.code === "checkpoint-unsigned-root") return t("trust.keyless");
    return t("trust.bad", { reason: reasonText(error.code, language, error.fact) });
  };
}

const isRefused = (error: unknown): error is Rejected | NotTaken =>
  error instanceof Rejected || error instanceof NotTaken;

/** Asks for a head to begin from: two institutions' addresses, or one on paper or pasted. */
export function TrustForm() {
  const t = useProofTexts();
  const refusal = useRefusal();
  const sandbox = useSandbox();
  const { sources } = useTrust();
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const taken = (address: string) =>
    sources.some((each) => each.from === address.replace(/\/+$/, ""));
  const attempt = async (action: () => Promise<void>, address: string): Promise<boolean> => {
    setBusy(true);
    setProblem("");
    try {
      await action();
      return true;
    } catch (error) {
      setProblem(isRefused(error) ? refusal(error) : t("trust.away", { address }));
      return false;
    } finally {
      setBusy(false);
    }
  };
  const take = async (address: string): Promise<boolean> => {
    const found = URL.canParse(address) ? new URL(address) : null;
    if (!found || !/^https?:$/.test(found.protocol)) {
      setProblem(t("trust.url"));
      return false;
    }
    if (found.origin === window.location.origin) {
      setProblem(t("trust.own"));
      return false;
    }
    return attempt(() => addAddress(address), address);
  };
  return (
    <div className={css.form}>
      <p>{t("trust.where")}</p>
      {sandbox && sandbox.witnesses.length > 0 && (
        <fieldset>
          <legend>{t("trust.chosen")}</legend>
          {sandbox.witnesses.map((each) => (
            <button
              key={each}
              type="button"
              aria-disabled={isBusy || taken(each)}
              onClick={() => !isBusy && !taken(each) && void take(each)}
            >
              {t(taken(each) ? "trust.taken" : "trust.take", { address: each })}
            </button>
          ))}
          <p className={css.hint}>{t("trust.demo")}</p>
        </fieldset>
      )}
      <AddressForm isBusy={isBusy} onTake={take} />
      <PasteForm isBusy={isBusy} attempt={attempt} />
      {problem && (
        <p role="alert" className={css.problem}>
          {problem}
        </p>
      )}
    </div>
  );
}

function AddressForm({
  isBusy,
  onTake,
}: {
  isBusy: boolean;
  onTake: (address: string) => Promise<boolean>;
}) {
  const t = useProofTexts();
  const [typed, setTyped] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isBusy && (await onTake(typed.trim()))) setTyped("");
  };
  return (
    <form className={css.line} noValidate onSubmit={(event) => void submit(event)}>
      <label>
        {t("trust.address")}
        <input
          type="url"
          inputMode="url"
          placeholder={t("trust.address.hint")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <button type="submit">{t(isBusy ? "trust.adding" : "trust.add")}</button>
    </form>
  );
}

function PasteForm({
  isBusy,
  attempt,
}: {
  isBusy: boolean;
  attempt: (action: () => Promise<void>, from: string) => Promise<boolean>;
}) {
  const t = useProofTexts();
  const refusal = useRefusal();
  const [text, setText] = useState("");
  const [from, setFrom] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [isScanning, setScanning] = useState(false);
  const [scanned, setScanned] = useState("");
  const hint = useId();
  const place = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (scanned) place.current?.focus();
  }, [scanned]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const paste = () => addPasted(from.trim(), notedAndKeys(text));
    if (await attempt(paste, from.trim() || t("trust.paste"))) {
      setText("");
      setScanned("");
    }
  };
  /** What was scanned is what one would have typed: the reader sees it, and says where it is from. */
  const take = (found: string): string => {
    try {
      sourceOf("pasted", "", notedAndKeys(found), 0);
    } catch (error) {
      if (!isRefused(error)) throw error;
      const shown = found.length > SHOWN_MOST ? `${found.slice(0, SHOWN_MOST)}…` : found;
      const isHead = error instanceof NotTaken || error.code !== "root-malformed";
      return isHead ? refusal(error) : t("scan.other", { text: shown });
    }
    setScanning(false);
    setOpen(true);
    setText(found);
    setScanned(found);
    return "";
  };
  return (
    <>
      <button type="button" aria-expanded={isScanning} onClick={() => setScanning(!isScanning)}>
        {t(isScanning ? "scan.close" : "scan")}
      </button>
      {isScanning && (
        <Suspense fallback={null}>
          <Scan onText={take} />
        </Suspense>
      )}
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t("trust.paste")}</summary>
        <form onSubmit={(event) => void submit(event)}>
          {scanned !== "" && scanned === text && <p role="status">{t("scan.done")}</p>}
          <label>
            {t("trust.paste.from")}
            <input
              ref={place}
              placeholder={t("trust.paste.from.hint")}
              value={from}
              onChange={(event) => setFrom(event.target.value)}
            />
          </label>
          <label>
            {t("trust.paste")}
            <textarea
              rows={7}
              spellCheck={false}
              aria-describedby={hint}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </label>
          <p id={hint} className={css.hint}>
            {t("trust.paste.hint")}
          </p>
          <p className={css.hint}>{t("trust.paste.limit")}</p>
          <label className={css.file}>
            {t("trust.file")}
            <input
              type="file"
              accept=".txt,text/plain"
              onChange={(event) => {
                const file = event.target.files?.[0];
                if (file) void file.text().then((found) => setText((now) => now + found));
              }}
            />
          </label>
          <button type="submit">{t("trust.paste.save")}</button>
        </form>
      </details>
    </>
  );
}
