/** Where flows and their nodes are drawn. Lengths in px, amounts in whole fen. */

export interface FlowNode {
  id: string;
  title: string;
  amount_fen: number;
  column: number;
  /** Not spent: hatched, not ink. */
  isLeft?: boolean;
}

export interface Flow {
  from: string;
  to: string;
  amount_fen: number;
}

export interface PlacedNode extends FlowNode {
  x: number;
  y: number;
  height: number;
}

export interface PlacedFlow extends Flow {
  /** A curve to be stroked as wide as the money. */
  path: string;
  width: number;
  isLeft: boolean;
}

export const NODE_WIDTH = 8;
const GAP = 18;
const LABEL_ROOM = 190;

/** Places nodes in their columns, in the order given, and flows between them; one scale for all. */
export function placed(
  nodes: readonly FlowNode[],
  flows: readonly Flow[],
  size: { width: number; height: number },
): { nodes: PlacedNode[]; flows: PlacedFlow[] } {
  const columns = new Map<number, FlowNode[]>();
  for (const each of nodes) columns.set(each.column, [...(columns.get(each.column) ?? []), each]);
  const last = Math.max(0, ...columns.keys());
  const sums = [...columns.values()].map((column) => ({
    sum: column.reduce((sum, each) => sum + each.amount_fen, 0),
    gaps: (column.length - 1) * GAP,
  }));
  const scale = Math.min(...sums.map((each) => (size.height - each.gaps) / Math.max(1, each.sum)));
  const places = new Map<string, PlacedNode>();
  for (const [at, column] of columns) {
    const used = column.reduce((sum, each) => sum + each.amount_fen * scale + GAP, -GAP);
    let y = (size.height - used) / 2;
    const x = last === 0 ? 0 : (at / last) * (size.width - LABEL_ROOM - NODE_WIDTH);
    for (const each of column) {
      places.set(each.id, { ...each, x, y, height: each.amount_fen * scale });
      y += each.amount_fen * scale + GAP;
    }
  }
  return { nodes: [...places.values()], flows: curves(places, flows, scale) };
}

function curves(
  places: ReadonlyMap<string, PlacedNode>,
  flows: readonly Flow[],
  scale: number,
): PlacedFlow[] {
  const left = new Map<string, number>();
  const entered = new Map<string, number>();
  const take = (of: Map<string, number>, node: PlacedNode, width: number): number => {
    const used = of.get(node.id) ?? 0;
    of.set(node.id, used + width);
    return node.y + used + width / 2;
  };
  return flows.flatMap((flow) => {
    const [from, to] = [places.get(flow.from), places.get(flow.to)];
    if (!from || !to) return [];
    const width = flow.amount_fen * scale;
    const [start, end] = [take(left, from, width), take(entered, to, width)];
    const [x0, x1] = [from.x + NODE_WIDTH, to.x];
    const middle = (x0 + x1) / 2;
    const path = `M${x0} ${start}C${middle} ${start} ${middle} ${end} ${x1} ${end}`;
    return [{ ...flow, path, width, isLeft: to.isLeft === true }];
  });
}

export interface Step {
  atMs: number;
  amount_fen: number;
}

/** Round marks of an axis from zero that reaches `most`, at most five of them. */
export function marksUpTo(most: number): number[] {
  if (most <= 0) return [0];
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each * 4 >= most);
  const size = step ?? most;
  return Array.from({ length: Math.ceil(most / size) + 1 }, (_, at) => at * size);
}

/** The first days of months between two moments, thinned to at most `most`. */
export function monthsBetween(fromMs: number, untilMs: number, most: number): number[] {
  const first = new Date(fromMs);
  const months: number[] = [];
  for (let month = first.getUTCMonth() + 1; ; month += 1) {
    const atMs = Date.UTC(first.getUTCFullYear(), month, 1);
    if (atMs > untilMs) break;
    months.push(atMs);
  }
  const every = Math.max(1, Math.ceil(months.length / Math.max(1, most)));
  return months.filter((_, at) => at % every === 0);
}
