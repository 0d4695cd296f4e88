import type { ThemeConfig } from "antd";
import look from "./theme.json";

const STILL = "(prefers-reduced-motion: reduce)";

/** The look of Ant Design's parts; for who wants no motion, drawers stand where they are at once. */
export function antdTheme(isLarge: boolean): ThemeConfig {
  const motion = !window.matchMedia(STILL).matches;
  const token = { ...look.light.token, ...(isLarge && look.large.token), motion };
  return { token, components: look.light.components, cssVar: {}, hashed: false };
}
