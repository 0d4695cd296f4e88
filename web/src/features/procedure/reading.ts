/** All open work of the post acted for, and what a colleague would leave behind (`/api/work`). */
import { useQuery } from "@tanstack/react-query";
import { api, need } from "../../api/client.ts";
import type { LeftBehind, Work } from "./work.ts";

export function useWork() {
  return useQuery({
    queryKey: ["work"],
    queryFn: async () => (await need(api.GET("/api/work"))) as unknown as Work,
  });
}

export function useLeftBehind(person: string) {
  return useQuery({
    queryKey: ["work", person],
    queryFn: async () =>
      (await need(
        api.GET("/api/work/{person}", { params: { path: { person } } }),
      )) as unknown as LeftBehind,
    enabled: person !== "",
  });
}
