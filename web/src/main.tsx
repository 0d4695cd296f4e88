import "./theme/nonce.ts";
import "./theme/tokens.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { queries } from "./api/queries.ts";
import { router } from "./app/router.tsx";
import { Settings } from "./app/settings.tsx";
import { startTexts } from "./i18n/texts.ts";

async function start(): Promise<void> {
  await startTexts();
  const root = document.getElementById("root");
  if (!root) throw new Error("the page has no #root");
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Settings>
          <RouterProvider router={router} />
        </Settings>
      </QueryClientProvider>
    </StrictMode>,
  );
}

void start();
