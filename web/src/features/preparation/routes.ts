import type { Feature } from "../../app/feature.ts";
import {
  menuCycle as enCycle,
  menuDraft as enDraft,
  menuLibrary as enLibrary,
  menuRequests as enRequests,
} from "./en.json";
import {
  menuCycle as zhCycle,
  menuDraft as zhDraft,
  menuLibrary as zhLibrary,
  menuRequests as zhRequests,
} from "./zh-CN.json";

const begins = (roles: readonly string[], ...starts: string[]): boolean =>
  roles.some((role) => starts.some((start) => role.startsWith(start)));

export const feature: Feature = {
  desk: [
    { path: "requests", lazy: () => import("./Requests.tsx") },
    { path: "requests/new", lazy: () => import("./RequestForm.tsx") },
    { path: "requests/:id", lazy: () => import("./Request.tsx") },
    { path: "requests/:id/edit", lazy: () => import("./RequestForm.tsx") },
    { path: "library", lazy: () => import("./Library.tsx") },
    { path: "cycle", lazy: () => import("./Cycle.tsx") },
    { path: "draft", lazy: () => import("./Draft.tsx") },
  ],
  menu: [
    {
      path: "/desk/requests",
      title: [zhRequests, enRequests],
      order: 2,
      isFor: (roles) => begins(roles, "unit.", "department.", "finance.", "congress.", "audit."),
    },
    {
      path: "/desk/cycle",
      title: [zhCycle, enCycle],
      order: 3,
      isFor: (roles) => begins(roles, "unit.", "department.", "finance.", "congress.", "audit."),
    },
    {
      path: "/desk/library",
      title: [zhLibrary, enLibrary],
      order: 5,
      isFor: (roles) => begins(roles, "drc.", "unit.project_manager"),
    },
    {
      path: "/desk/draft",
      title: [zhDraft, enDraft],
      order: 4,
      isFor: (roles) => begins(roles, "finance.", "congress.", "audit."),
    },
  ],
};
