import { useMemo } from "react";
import { drawn } from "./qr.ts";
import { useProofTexts } from "./texts.ts";
import css from "./trust.module.css";

/** A head and its keys as a code that any machine reads off a screen or paper. */
export default function Printed({ text, name }: { text: string; name: string }) {
  const t = useProofTexts();
  const code = useMemo(() => drawn(text), [text]);
  if (!code) return <p>{t("printed.long")}</p>;
  return (
    <svg
      className={css.code}
      viewBox={`0 0 ${code.side} ${code.side}`}
      role="img"
      aria-label={name}
    >
      <rect width={code.side} height={code.side} fill="#fff" />
      <path d={code.path} fill="#000" />
    </svg>
  );
}
