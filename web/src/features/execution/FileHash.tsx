import { Field } from "../../desk/Field.tsx";
import { sha256Of } from "../../parts/sha256.ts";
import { usePayTexts } from "./texts.ts";

/** A file that stays with the unit: only its fingerprint is signed, made here in the browser. */
export function FileHash({
  label,
  hash,
  name,
  change,
}: {
  label: string;
  hash: string;
  name: string;
  change: (hash: string, name: string) => void;
}) {
  const t = usePayTexts();
  return (
    <Field
      label={label}
      hint={hash ? t("file.hash", { name: name || "—", hash: hash.slice(0, 16) }) : t("file.hint")}
    >
      {(id, described) => (
        <input
          id={id}
          aria-describedby={described}
          type="file"
          onChange={async (event) => {
            const file = event.target.files?.[0];
            if (file) change(await sha256Of(file), file.name);
          }}
        />
      )}
    </Field>
  );
}
