import { usePayTexts, worded } from "./texts.ts";

/** Returns a function from a row that fired, `contract/node/row`, to its words. */
export function useRuledRow(): (row: string) => string {
  const t = usePayTexts();
  return (of) => {
    const [contract = "", , row = ""] = of.split("/");
    const said = row === "default" ? t("decision.default") : t("decision.row", { row });
    return `${worded(t, `contract.${contract}`, contract)} · ${said}`;
  };
}
