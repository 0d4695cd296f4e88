import type { Feature } from "../../app/feature.ts";
import { menu as en } from "./en.json";
import { menu as zh } from "./zh-CN.json";

export const feature: Feature = {
  portal: [{ path: "/", lazy: () => import("./Home.tsx") }],
  menu: [{ path: "/", title: [zh, en], order: 1 }],
};
