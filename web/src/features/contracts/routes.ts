import type { Feature } from "../../app/feature.ts";
import { menu as en } from "./en.json";
import { menu as zh } from "./zh-CN.json";

export const feature: Feature = {
  desk: [
    { path: "rules", lazy: () => import("./Rules.tsx") },
    { path: "rules/proposals/:id", lazy: () => import("./Proposal.tsx") },
    { path: "rules/:id", lazy: () => import("./Rule.tsx") },
  ],
  menu: [{ path: "/desk/rules", title: [zh, en], order: 80, apart: true }],
};
