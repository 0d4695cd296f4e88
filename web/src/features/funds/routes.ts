import type { Feature } from "../../app/feature.ts";
import { menuBudget as budgetEn, menuQuota as quotaEn } from "./en.json";
import { menuBudget as budgetZh, menuQuota as quotaZh } from "./zh-CN.json";

const OUTSIDERS = ["supplier.agent", "supplier.laboratory", "engineer.supervisor"];
const reads = (roles: readonly string[]): boolean =>
  !roles.some((each) => OUTSIDERS.includes(each));

export const feature: Feature = {
  desk: [
    { path: "budget", lazy: () => import("./Budget.tsx") },
    { path: "budget/:line", lazy: () => import("./Line.tsx") },
    { path: "quota", lazy: () => import("./Quota.tsx") },
    { path: "virements/:id", lazy: () => import("./Virement.tsx") },
  ],
  menu: [
    { path: "/desk/budget", title: [budgetZh, budgetEn], order: 20, isFor: reads },
    {
      path: "/desk/quota",
      title: [quotaZh, quotaEn],
      order: 21,
      isFor: (roles) => roles.includes("finance.treasury"),
    },
  ],
};
