/** A payment request while it is typed, and as a body of its command. */
import { amountText, readYuan } from "../../parts/amounts.ts";
import type { PaymentBody } from "./remedies.ts";

export interface Draft {
  /** line:nature:source, as the cells of a year are grouped. */
  cell: string;
  year: number;
  amount: string;
  purpose: string;
  payee: string;
  account: string;
  basis: "invoice" | "document";
  invoice: string;
  document: string;
  fileName: string;
  agreement: string;
  milestone: string;
  art54: string;
}

export const EMPTY: Draft = {
  cell: "",
  year: 0,
  amount: "",
  purpose: "",
  payee: "",
  account: "",
  basis: "invoice",
  invoice: "",
  document: "",
  fileName: "",
  agreement: "",
  milestone: "",
  art54: "none",
};

export function draftOf(body: PaymentBody): Draft {
  return {
    cell: [body.line, body.nature, body.source].join(":"),
    year: body.year,
    amount: amountText(body.amount_fen),
    purpose: body.purpose,
    payee: body.payee,
    account: body.account,
    basis: body.document_sha256 && !body.invoice ? "document" : "invoice",
    invoice: body.invoice ?? "",
    document: body.document_sha256 ?? "",
    fileName: "",
    agreement: body.agreement ?? "",
    milestone: body.milestone ?? "",
    art54: body.art54 ?? "none",
  };
}

/** The body of a draft; null while something that every request needs is missing. */
export function bodyOf(draft: Draft, year: number): PaymentBody | null {
  const [line = "", nature = "", source = ""] = draft.cell.split(":");
  const fen = readYuan(draft.amount);
  const proof = draft.basis === "invoice" ? draft.invoice : draft.document;
  if (!line || fen === null || fen <= 0 || !draft.payee || !draft.account || !draft.purpose) {
    return null;
  }
  if (!proof) return null;
  return {
    line,
    nature,
    source,
    year: draft.year || year,
    amount_fen: fen,
    purpose: draft.purpose,
    payee: draft.payee,
    account: draft.account.trim(),
    invoice: draft.basis === "invoice" ? draft.invoice.trim() : null,
    document_sha256: draft.basis === "document" ? draft.document : null,
    agreement: draft.agreement || null,
    milestone: draft.milestone || null,
    art54: draft.art54,
  };
}

export function missingIn(value: Draft): "cell" | "payee" | "amount" | "purpose" | "proof" | null {
  if (!value.cell) return "cell";
  if (!value.payee || !value.account) return "payee";
  if ((readYuan(value.amount) ?? 0) <= 0) return "amount";
  if (!value.purpose) return "purpose";
  if (!(value.basis === "invoice" ? value.invoice : value.document)) return "proof";
  return null;
}
