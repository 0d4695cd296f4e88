import type { Feature } from "../../app/feature.ts";
import { menu as en } from "./en.json";
import { menu as zh } from "./zh-CN.json";

/** Whose work has no budget: the page would be empty for them. */
const OUTSIDERS = ["supplier.", "engineer.", "agent_bank."];

export const feature: Feature = {
  desk: [{ path: "analysis", lazy: () => import("./Analysis.tsx") }],
  menu: [
    {
      path: "/desk/analysis",
      title: [zh, en],
      order: 60,
      isFor: (roles) => !roles.some((role) => OUTSIDERS.some((each) => role.startsWith(each))),
    },
  ],
};
