import { Button, Drawer } from "antd";
import { useEffect } from "react";
import { announce, useAnnounced } from "./announced.ts";
import css from "./sign.module.css";
import { useDeskTexts } from "./texts.ts";

/** Says on which page of the ledger it stands, until the reader closes it. Once, in the shell. */
export function Outcome() {
  const t = useDeskTexts();
  const what = useAnnounced();
  // Whoever comes next at this machine is not told of it.
  useEffect(() => () => announce(null), []);
  if (!what) return null;
  const close = () => announce(null);
  return (
    <Drawer open title={t("sign.title.done")} onClose={close} size={520} destroyOnHidden>
      <div className={css.sign} role="status">
        {what.at === "pending" ? (
          <p>{t("sign.pending")}</p>
        ) : (
          <p>
            ✓ {t("sign.done", { height: what.answer.height })}{" "}
            <a href={what.answer.proof} download>
              {t("sign.receipt")}
            </a>
          </p>
        )}
        <div className={css.buttons}>
          <Button type="primary" onClick={close}>
            {t("sign.close")}
          </Button>
        </div>
      </div>
    </Drawer>
  );
}
