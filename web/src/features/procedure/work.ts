/** What `/api/work` tells: items of open work, and where each is done. */

export interface WorkItem {
  kind: string;
  /** Key of the record that it is about. */
  key: string;
  id?: string;
  case?: string;
  why: string;
  right?: string;
  notice?: string;
  since_ms: number | null;
  until_ms: number | null;
  /** What the reader may see of that record. */
  about: Record<string, unknown> | null;
}

/** A record by its key alone, where nothing waits. */
export function itemOf(key: string, about: WorkItem["about"] = null): WorkItem {
  return { kind: "", key, why: "", since_ms: null, until_ms: null, about };
}

export interface Work {
  height: number;
  time_ms: number;
  items: WorkItem[];
}

export interface LeftBehind {
  height: number;
  person: string;
  count: number;
  hidden: number;
  items: WorkItem[];
}

/** A field of what an item is about, as text. */
export function told(item: WorkItem, name: string): string {
  const value = item.about?.[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** Where an item is done. */
export function addressOf(item: WorkItem): string {
  const [room = "", name = "", ...rest] = item.key.split("/");
  const id = rest.join("/");
  switch (`${room}/${name}`) {
    case "execution/breach":
      return `/desk/payments/refused/${told(item, "height")}/${told(item, "place")}`;
    case "execution/payment":
      return `/desk/payments/${id}`;
    case "execution/agreement":
      return `/desk/agreements/${id}`;
    case "execution/milestone":
    case "execution/change":
      return `/desk/agreements/${told(item, "agreement") || (id.split(":")[0] ?? "")}`;
    case "execution/virement":
      return `/desk/virements/${id}`;
    case "execution/quota_document":
      return "/desk/quota";
    case "execution/account":
      return "/desk/payees";
    case "execution/nonconformity":
      return `/desk/agreements/${told(item, "agreement")}`;
    case "procedure/case":
      return `/desk/cases/${id}`;
    case "procedure/comment":
      return `/desk/cases/${told(item, "case_id")}`;
    case "preparation/request":
      return `/desk/requests/${id}`;
    default:
      return item.case ? `/desk/cases/${item.case}` : `/desk/records/${item.key}`;
  }
}

/** Milliseconds at which a record with a time-ordered id (UUIDv7) was made; null for other ids. */
export function madeMs(id: string): number | null {
  const found = /^([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(id);
  return found ? Number.parseInt(`${found[1]}${found[2]}`, 16) : null;
}
