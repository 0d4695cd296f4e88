import { useCallback } from "react";
import type { FigurePayee } from "../../parts/proof/figure.ts";
import { isKey, useDisclosureTexts } from "./texts.ts";

/** A hook for what a payee is called: by name, or as somebody whose name is not public. */
export function usePayeeName(): (payee: FigurePayee | null) => string {
  const t = useDisclosureTexts();
  return useCallback(
    (payee) => {
      if (!payee) return t("payee.unnamed");
      const masked = `payee.masked.${payee.payee_class}`;
      return payee.title || t(isKey(masked) ? masked : "payee.masked");
    },
    [t],
  );
}
