import { useCallback } from "react";
import { catalogue } from "../../i18n/texts.ts";
import en from "./en.json";
import zh from "./zh-CN.json";

export const useLedgerTexts = catalogue("ledger", zh, en);

/** What a record is, by the beginning of its key: 支付, 合同, 额度单元. */
export function useRecordTitle(): (key: string) => string {
  const t = useLedgerTexts();
  return useCallback(
    (key) => {
      const [room = "", name = ""] = key.split("/");
      const known = `of.${room}/${name}`;
      return known in zh ? t(`of.${room}/${name}` as keyof typeof zh) : `${room}/${name}`;
    },
    [t],
  );
}
