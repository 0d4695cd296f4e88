import type { Feature } from "../../app/feature.ts";
import { menu as en } from "./en.json";
import { menu as zh } from "./zh-CN.json";

export const feature: Feature = {
  desk: [
    { path: "ledger", lazy: () => import("./Ledger.tsx") },
    { path: "ledger/:height", lazy: () => import("./Page.tsx") },
    { path: "records/*", lazy: () => import("./Record.tsx") },
    { path: "search", lazy: () => import("./Found.tsx") },
  ],
  menu: [{ path: "/desk/ledger", title: [zh, en], order: 90, apart: true }],
};
