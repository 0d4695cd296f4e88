import { Button } from "antd";
import { useRef, useState } from "react";
import { sha256Of } from "../../parts/sha256.ts";
import css from "./preparation.module.css";
import { useTexts } from "./texts.ts";

const BYTES_MAX = 512 * 1024 * 1024;

export interface Fingerprint {
  name: string;
  sha256: string;
}

async function fingerprintOf(file: File): Promise<Fingerprint> {
  return { name: file.name, sha256: await sha256Of(file) };
}

/** Takes files and gives their fingerprints: the files themselves stay where they are. */
export function FingerprintButton({
  label,
  many = false,
  taken,
}: {
  label: string;
  many?: boolean;
  taken: (found: Fingerprint[]) => void;
}) {
  const t = useTexts();
  const field = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState("");
  const [isBusy, setBusy] = useState(false);
  const take = async (files: File[]) => {
    setWrong("");
    if (!globalThis.crypto?.subtle) return setWrong(t("file.insecure"));
    if (files.some((each) => each.size > BYTES_MAX)) return setWrong(t("file.large"));
    if (files.some((each) => each.size === 0)) return setWrong(t("file.empty"));
    setBusy(true);
    try {
      taken(await Promise.all(files.map(fingerprintOf)));
    } catch {
      setWrong(t("file.unreadable"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={css.file}>
      <Button loading={isBusy} onClick={() => field.current?.click()}>
        {label}
      </Button>
      <input
        ref={field}
        type="file"
        multiple={many}
        tabIndex={-1}
        aria-label={label}
        className="only-read-aloud"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = "";
          if (files.length > 0) void take(files);
        }}
      />
      <p className={wrong ? css.wrong : css.quiet} role={wrong ? "alert" : undefined}>
        {wrong || t("file.stays")}
      </p>
    </div>
  );
}
