import type { Feature } from "../../app/feature.ts";
import { menu as en } from "./en.json";
import { menu as zh } from "./zh-CN.json";

export const feature: Feature = {
  desk: [{ path: "keys", lazy: () => import("./Keys.tsx") }],
  menu: [{ path: "/desk/keys", title: [zh, en], order: 95, apart: true }],
};
