import type { ThemeConfig } from "antd";
import look from "./theme.json";

/** The nonce that the gateway gave this page, for the styles that Ant Design writes into it. */
export const nonce =
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";

export function antdTheme(isLarge: boolean): ThemeConfig {
  const token = isLarge ? { ...look.light.token, ...look.large.token } : look.light.token;
  return { token, components: look.light.components, cssVar: {}, hashed: false };
}
