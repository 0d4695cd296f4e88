/** Institutions, posts, roles and budget lines by name where the ledger tells their ids. */
import { useNames } from "../api/names.ts";
import { useRows } from "../api/views.ts";
import { useInLanguage } from "../i18n/texts.ts";

/** Returns a function from an id, or `post@organisation`, to its name; other ids stay as they are. */
export function useNamed(): (id: string) => string {
  const names = useNames();
  const roles = useRows("identity_roles").data?.rows;
  const lines = useRows("funds_lines").data?.rows;
  const inLanguage = useInLanguage();
  const titleOf = (id: string): string => {
    const role = roles?.find((each) => each.id === id);
    if (names.posts.some((each) => each.id === id)) return names.post(id);
    if (role) return inLanguage(role.title_zh, role.title_en);
    return lines?.find((each) => each.id === id)?.title || names.organisation(id);
  };
  return (id) => {
    const [title = "", organisation] = id.split("@");
    return organisation ? `${names.organisation(organisation)} ${titleOf(title)}` : titleOf(id);
  };
}
