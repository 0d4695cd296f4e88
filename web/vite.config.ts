import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Ant Design measures scroll bars by a style element that the policy blocks: ours needs none. */
const scrollbar: Plugin = {
  name: "scrollbar",
  enforce: "pre",
  resolveId: (source, importer) =>
    source.endsWith("/getScrollBarSize") && importer?.includes("@rc-component")
      ? fileURLToPath(new URL("./src/theme/scrollbar.ts", import.meta.url))
      : null,
};

export default defineConfig({
  plugins: [scrollbar, react()],
  // The gateway puts a new nonce in its place with each answer (gateway/web.py).
  html: { cspNonce: "__NONCE__" },
  build: {
    outDir: "../src/mingzhang/web",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: "es2023",
    chunkSizeWarningLimit: 1_500,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080", "/healthz": "http://127.0.0.1:8080" } },
});
