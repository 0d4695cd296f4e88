import type { Feature } from "../../app/feature.ts";
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
  menu: [
    { path: "/", title: [zh.menu, en.menu], order: 1 },
    { path: "/departments", title: [zh.menuDepartments, en.menuDepartments], order: 2 },
    { path: "/projects", title: [zh.menuProjects, en.menuProjects], order: 3 },
    { path: "/payments", title: [zh.menuPayments, en.menuPayments], order: 4 },
    { path: "/verify", title: [zh.menuVerify, en.menuVerify], order: 5 },
  ],
};
