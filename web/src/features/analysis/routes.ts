import type { Feature } from "../../app/feature.ts";
import { menu as en } from "./en.json";
import { menu as zh } from "./zh-CN.json";

export const feature: Feature = {
  desk: [{ path: "analysis", lazy: () => import("./Analysis.tsx") }],
  menu: [{ path: "/desk/analysis", title: [zh, en], order: 60 }],
};
