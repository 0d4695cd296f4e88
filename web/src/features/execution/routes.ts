import type { Feature } from "../../app/feature.ts";
import { menuAgreements as agreementsEn, menuPayments as paymentsEn } from "./en.json";
import { menuAgreements as agreementsZh, menuPayments as paymentsZh } from "./zh-CN.json";

export const feature: Feature = {
  desk: [
    { path: "payments", lazy: () => import("./Payments.tsx") },
    { path: "payments/new", lazy: () => import("./NewPayment.tsx") },
    { path: "payments/batch", lazy: () => import("./Batch.tsx") },
    { path: "payments/refused/:height/:place", lazy: () => import("./Refused.tsx") },
    { path: "payments/:id", lazy: () => import("./Payment.tsx") },
    { path: "payments/:id/voucher", lazy: () => import("./Voucher.tsx") },
    { path: "payees", lazy: () => import("./Payees.tsx") },
    { path: "agreements", lazy: () => import("./Agreements.tsx") },
    { path: "agreements/:id", lazy: () => import("./Agreement.tsx") },
  ],
  menu: [
    { path: "/desk/payments", title: [paymentsZh, paymentsEn], order: 30 },
    { path: "/desk/agreements", title: [agreementsZh, agreementsEn], order: 40 },
  ],
};
