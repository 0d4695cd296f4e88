import { amountText } from "../amounts.ts";
import css from "./drawing.module.css";
import { marksUpTo, monthsBetween, type Step } from "./layout.ts";

const LEFT = 60;
const RIGHT = 64;
const TOP = 16;
const BOTTOM = 32;
const MONTH_WIDTH = 90;
const FEN_PER_WAN = 1_000_000;
const LABEL_GAP = 18;

/** Money moves on days: paid up to each of them, solid; the budget as it was issued, dashed. */
export function Steps({
  paid,
  plan,
  names,
  width,
  height,
}: {
  paid: readonly Step[];
  plan: readonly Step[];
  names: { paid: string; plan: string };
  width: number;
  height: number;
}) {
  const all = [...paid, ...plan];
  const [fromMs, untilMs] = [
    Math.min(...all.map((each) => each.atMs)),
    Math.max(...all.map((each) => each.atMs)),
  ];
  const marks = marksUpTo(Math.max(...all.map((each) => each.amount_fen)) / FEN_PER_WAN);
  const top = (marks.at(-1) ?? 1) * FEN_PER_WAN || 1;
  const [right, base] = [width - RIGHT, height - BOTTOM];
  const x = (atMs: number) => LEFT + ((atMs - fromMs) / (untilMs - fromMs || 1)) * (right - LEFT);
  const y = (fen: number) => base - (fen / top) * (base - TOP);
  const line = (steps: readonly Step[]) => {
    const points = steps.map((each) => [x(each.atMs), y(each.amount_fen)] as const);
    const [first = [LEFT, base], ...others] = points;
    return `M${first[0]} ${first[1]}${others.map(([h, v]) => `H${h}V${v}`).join("")}H${right}`;
  };
  const [paidAt, planAt] = [y(paid.at(-1)?.amount_fen ?? 0), y(plan.at(-1)?.amount_fen ?? 0)];
  const isClose = Math.abs(paidAt - planAt) < LABEL_GAP;
  const apart = isClose ? (planAt <= paidAt ? LABEL_GAP / 2 : -LABEL_GAP / 2) : 0;
  return (
    <svg width={width} height={height} aria-hidden="true" focusable="false">
      {marks.map((each) => (
        <g key={each}>
          <line
            x1={LEFT}
            x2={right}
            y1={y(each * FEN_PER_WAN)}
            y2={y(each * FEN_PER_WAN)}
            stroke={each === 0 ? "#1a2129" : "#dedbd3"}
          />
          <text className={css.axis} x={LEFT - 8} y={y(each * FEN_PER_WAN) + 5} textAnchor="end">
            {amountText(Math.round(each * FEN_PER_WAN), "wan").replace(/\.00$/, "")}
          </text>
        </g>
      ))}
      {monthsBetween(fromMs, untilMs, (right - LEFT) / MONTH_WIDTH).map((each) => (
        <g key={each}>
          <line x1={x(each)} x2={x(each)} y1={base} y2={base + 5} stroke="#1a2129" />
          <text className={css.axis} x={x(each)} y={base + 22} textAnchor="middle">
            {new Date(each).toISOString().slice(0, 7)}
          </text>
        </g>
      ))}
      {plan.length > 0 && (
        <>
          <path
            d={line(plan)}
            fill="none"
            stroke="#6f8092"
            strokeDasharray="5 4"
            strokeWidth="1.5"
          />
          <text className={css.axis} x={right + 8} y={planAt + 5 - apart}>
            {names.plan}
          </text>
        </>
      )}
      <path
        d={`${line(paid)}V${base}H${x(paid[0]?.atMs ?? fromMs)}Z`}
        fill="#1a2129"
        fillOpacity="0.1"
      />
      <path d={line(paid)} fill="none" stroke="#1a2129" strokeWidth="2" />
      <text className={css.amount} x={right + 8} y={paidAt + 5 + apart}>
        {names.paid}
      </text>
    </svg>
  );
}
