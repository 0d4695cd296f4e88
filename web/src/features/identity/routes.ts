import type { Feature } from "../../app/feature.ts";
import { menu as en } from "./admin.en.json";
import { menu as zh } from "./admin.zh-CN.json";

export const feature: Feature = {
  portal: [{ path: "/enter", lazy: () => import("./Enter.tsx") }],
  desk: [
    { path: "admin", lazy: () => import("./Admin.tsx") },
    { path: "admin/people/:id", lazy: () => import("./Person.tsx") },
  ],
  menu: [{ path: "/desk/admin", title: [zh, en], order: 70, apart: true }],
};
