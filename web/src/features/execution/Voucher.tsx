import { Button } from "antd";
import { useParams } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { DeskPage } from "../../desk/Panel.tsx";
import { amountText } from "../../parts/amounts.ts";
import { dateInTable } from "../../parts/dates.ts";
import { useTitle } from "../../parts/title.ts";
import { madeMs } from "../procedure/work.ts";
import { usePayment } from "./Payment.tsx";
import css from "./pay.module.css";
import { proofText, useTitles } from "./refusals.ts";
import { usePayTexts } from "./texts.ts";

/** The payment voucher as it is printed and filed: ink on white, with its height and its proof. */
export function Component() {
  const t = usePayTexts();
  const { id = "" } = useParams();
  const { payment } = usePayment(id);
  const names = useNames();
  const titles = useTitles();
  const ledger = useLedger();
  useTitle(t("voucher"));
  if (!payment || !ledger) return null;
  const made = madeMs(payment.id);
  const rows: [string, string][] = [
    [t("field.voucher"), payment.voucher ?? ""],
    [t("voucher.date"), made === null ? "" : dateInTable(made, ledger.offset_s)],
    [t("voucher.payer"), names.organisation(payment.unit)],
    [t("field.payee"), titles.payee(payment.payee)],
    [t("field.account"), payment.account ?? ""],
    [t("field.amount"), amountText(payment.amount_fen ?? 0)],
    [t("field.line"), payment.line ? titles.line(payment.line) : "—"],
    [t("field.purpose"), payment.purpose ?? "—"],
    [t("field.proof"), proofText(payment.proof ?? "")],
    [t("field.bank"), payment.bank_reference || "—"],
  ];
  return (
    <DeskPage
      title={t("voucher")}
      actions={<Button onClick={() => window.print()}>{t("voucher.print")}</Button>}
    >
      <article className={css.voucher} data-print="">
        <h2>{t("voucher.title")}</h2>
        <table>
          <tbody>
            {rows.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <small>{t("voucher.foot", { height: payment.from_height, id: payment.id })}</small>
      </article>
    </DeskPage>
  );
}
