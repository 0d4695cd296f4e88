import { createBrowserRouter } from "react-router";
import { features } from "./feature.ts";
import { Broken, Missing } from "./Missing.tsx";
import { Portal } from "./Portal.tsx";

export const router = createBrowserRouter([
  {
    errorElement: <Broken />,
    // Nothing is drawn before a page is there: it comes in a moment, or says what is wrong.
    hydrateFallbackElement: <></>,
    children: [
      {
        element: <Portal />,
        errorElement: <Broken />,
        children: [
          ...features.flatMap((each) => each.portal ?? []),
          { path: "*", element: <Missing /> },
        ],
      },
      {
        path: "/desk",
        lazy: () => import("./Desk.tsx"),
        children: [
          ...features.flatMap((each) => each.desk ?? []),
          { path: "*", element: <Missing /> },
        ],
      },
    ],
  },
]);
