import { createContext, useContext } from "react";
import { useNames } from "../api/names.ts";
import type { Session } from "../api/session.ts";

export const ActingContext = createContext<Session | null>(null);

/** Who works at this desk. Only below `/desk`. */
export function useActing(): Session & { organisation: string; post: string } {
  const session = useContext(ActingContext);
  if (!session) throw new Error("nobody is signed in");
  const [organisation = "", post = ""] = session.acting.split("/");
  return { ...session, organisation, post };
}

/** Where the browser keeps what a person has typed: nobody else at the machine is shown it. */
export function useOwn(name: string): string {
  return `mz.draft.${name}/${useActing().person}`;
}

/** The roles of the post acted for. */
export function useRoles(): readonly string[] {
  const { post } = useActing();
  const names = useNames();
  const found = names.posts.find((each) => each.id === post);
  return Array.isArray(found?.roles) ? (found.roles as string[]) : [];
}

/** Whether one acts for a unit or a department, which have budgets of their own. */
export function useIsUnit(): boolean {
  const { organisation } = useActing();
  return ["unit", "department"].includes(useNames().kind(organisation));
}
