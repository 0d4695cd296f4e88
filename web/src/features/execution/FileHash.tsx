import { Field } from "../../desk/Field.tsx";
import { usePayTexts } from "./texts.ts";

/** Returns the SHA-256 of a file in hexadecimal. */
export async function sha256Of(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((each) => each.toString(16).padStart(2, "0")).join("");
}

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
