import { Link } from "react-router";
import { useSandbox } from "../api/sandbox.ts";
import { useInLanguage } from "../i18n/texts.ts";
import css from "./shell.module.css";
import { useAppTexts } from "./texts.ts";

/** The strip above every page of a demonstration. */
export function Strip({ wide }: { wide: boolean }) {
  const t = useAppTexts();
  const inLanguage = useInLanguage();
  const sandbox = useSandbox();
  if (!sandbox) return null;
  return (
    <div className={`${css.strip} ${wide ? css.wide : ""}`}>
      <p>
        <strong>{t("strip.name")}</strong>
        {t("strip.text", { title: inLanguage(sandbox.title_zh, sandbox.title_en) })}
      </p>
      <Link to="/enter">{t("strip.switch")}</Link>
    </div>
  );
}
