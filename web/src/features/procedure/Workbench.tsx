import { catalogue } from "../../i18n/texts.ts";
import { useTitle } from "../../parts/title.ts";
import en from "./en.json";
import zh from "./zh-CN.json";

const useTexts = catalogue("procedure", zh, en);

export function Component() {
  const t = useTexts();
  useTitle(t("title"));
  return <h1>{t("title")}</h1>;
}
