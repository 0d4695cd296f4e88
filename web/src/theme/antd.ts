import type { ThemeConfig } from "antd";
import look from "./theme.json";

export function antdTheme(isLarge: boolean): ThemeConfig {
  const token = isLarge ? { ...look.light.token, ...look.large.token } : look.light.token;
  return { token, components: look.light.components, cssVar: {}, hashed: false };
}
