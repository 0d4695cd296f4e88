import type { Feature } from "../../app/feature.ts";
import { menuPublishing as publishingEn } from "./desk.en.json";
import { menuPublishing as publishingZh } from "./desk.zh-CN.json";
import * as en from "./en.json";
import * as zh from "./zh-CN.json";

export const feature: Feature = {
  portal: [
    { path: "/", lazy: () => import("./Home.tsx") },
    { path: "/departments", lazy: () => import("./Departments.tsx") },
    { path: "/department/:id", lazy: () => import("./Department.tsx") },
    { path: "/projects", lazy: () => import("./Projects.tsx") },
    { path: "/project/:id", lazy: () => import("./Project.tsx") },
    { path: "/payments", lazy: () => import("./Payments.tsx") },
    { path: "/verify", lazy: () => import("./Verify.tsx") },
    { path: "/verify/head", lazy: () => import("./Head.tsx") },
  ],
  desk: [{ path: "publishing", lazy: () => import("./Publishing.tsx") }],
  menu: [
    {
      path: "/desk/publishing",
      title: [publishingZh, publishingEn],
      order: 65,
      isFor: (roles) =>
        ["unit.finance", "department.finance", "finance.budget"].some((role) =>
          roles.includes(role),
        ),
    },
    { path: "/", title: [zh.menu, en.menu], order: 1 },
    { path: "/departments", title: [zh.menuDepartments, en.menuDepartments], order: 2 },
    { path: "/projects", title: [zh.menuProjects, en.menuProjects], order: 3 },
    { path: "/payments", title: [zh.menuPayments, en.menuPayments], order: 4 },
    { path: "/verify", title: [zh.menuVerify, en.menuVerify], order: 5 },
  ],
};
