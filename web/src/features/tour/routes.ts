import type { Feature } from "../../app/feature.ts";

export const feature: Feature = {
  portal: [{ path: "/enter/tour", lazy: () => import("./Tour.tsx") }],
};
