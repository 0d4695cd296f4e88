import type { Feature } from "../../app/feature.ts";
import { menu as en } from "./en.json";
import { menu as zh } from "./zh-CN.json";

export const feature: Feature = {
  desk: [
    { index: true, lazy: () => import("./Workbench.tsx") },
    { path: "handover", lazy: () => import("./Handover.tsx") },
    { path: "cases/:id", lazy: () => import("./Case.tsx") },
  ],
  menu: [{ path: "/desk", title: [zh, en], order: 1 }],
};
