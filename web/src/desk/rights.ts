/** Who may do what, as the ledger's public tables of roles and posts say it. */
import { useCallback } from "react";
import { useNames } from "../api/names.ts";
import { useRows } from "../api/views.ts";
import { useActing } from "../app/acting.ts";

/** Whether a pattern holds a right: itself, or an area that ends in `.*`. */
export function covers(pattern: string, right: string): boolean {
  return pattern.endsWith("*") ? right.startsWith(pattern.slice(0, -1)) : pattern === right;
}

export interface Rights {
  /** Whether the post acted for has a right, or the person by a grant that one may read. */
  may: (right: string) => boolean;
  /** Posts that have it, as `post@organisation`; of some organisations where they are named. */
  who: (right: string, organisations?: readonly string[]) => string[];
}

const EVERYONE = "everyone";

/** `undefined` until the tables are there. */
export function useRights(): Rights | undefined {
  const acting = useActing();
  const { posts } = useNames();
  const roles = useRows("identity_roles").data?.rows;
  const grants = useRows("identity_grants").data?.rows;
  const holds = useCallback(
    (role: string, right: string) =>
      ((roles?.find((each) => each.id === role)?.rights ?? []) as string[]).some((each) =>
        covers(each, right),
      ),
    [roles],
  );
  if (!roles || posts.length === 0) return undefined;
  const rolesOf = (post: string): string[] =>
    (posts.find((each) => each.id === post)?.roles ?? []) as string[];
  const mine = [`person:${acting.person}`, `post:${acting.post}`];
  return {
    may: (right) =>
      [EVERYONE, ...rolesOf(acting.post)].some((role) => holds(role, right)) ||
      (grants ?? []).some(
        (each) =>
          !each.ended && mine.includes(each.grantee ?? "") && covers(each.right ?? "", right),
      ),
    who: (right, organisations) =>
      posts
        .filter(
          (each) =>
            (!organisations || organisations.includes(each.organisation ?? "")) &&
            ((each.roles ?? []) as string[]).some((role) => holds(role, right)),
        )
        .map((each) => `${each.id}@${each.organisation}`),
  };
}
