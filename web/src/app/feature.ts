/** What a feature gives to the shell: its pages, and its places in the menus. */
import type { RouteObject } from "react-router";

export interface MenuItem {
  /** Absolute address. */
  path: string;
  /** The title in Chinese and English, from the feature's catalogues. */
  title: [zh: string, en: string];
  /** Menus are ordered by it. */
  order: number;
  /** Set apart below a rule. */
  apart?: boolean;
  /** Says whether somebody with these roles sees the item; everybody, where there is none. */
  isFor?: (roles: readonly string[]) => boolean;
}

/** `features/<name>/routes.ts` exports one as `feature`. Pages are lazy: `lazy: () => import('./Page.tsx')`. */
export interface Feature {
  /** Below `/`, for everybody; loads no Ant Design. */
  portal?: RouteObject[];
  /** Below `/desk`, behind the sign-in. */
  desk?: RouteObject[];
  menu?: MenuItem[];
}

const modules = import.meta.glob<{ feature: Feature }>("../features/*/routes.ts", { eager: true });

export const features: readonly Feature[] = Object.values(modules).map((each) => each.feature);

export const menu: readonly MenuItem[] = features
  .flatMap((each) => each.menu ?? [])
  .toSorted((a, b) => a.order - b.order);
