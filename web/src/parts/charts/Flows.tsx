import { useId } from "react";
import { amountText } from "../amounts.ts";
import css from "./drawing.module.css";
import { type Flow, type FlowNode, NODE_WIDTH, placed } from "./layout.ts";

const TEXT_LINE = 20;
const MARGIN = 8;

/** From where to where: columns of nodes, flows as wide as their money, 万元 beside the names. */
export function Flows({
  nodes,
  flows,
  width,
  height,
}: {
  nodes: readonly FlowNode[];
  flows: readonly Flow[];
  width: number;
  height: number;
}) {
  const hatch = useId();
  const inner = { width, height: height - 2 * MARGIN };
  const drawn = placed(nodes, flows, inner);
  const last = Math.max(...nodes.map((each) => each.column));
  return (
    <svg width={width} height={height} aria-hidden="true" focusable="false">
      <defs>
        <pattern
          id={hatch}
          width="7"
          height="7"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="7" height="7" fill="#e4e1d9" />
          <rect width="2" height="7" fill="#a9a498" />
        </pattern>
      </defs>
      <g transform={`translate(0 ${MARGIN})`}>
        {drawn.flows.map((each) => (
          <path
            key={`${each.from}>${each.to}`}
            d={each.path}
            fill="none"
            stroke={each.isLeft ? `url(#${hatch})` : "#6f8092"}
            strokeOpacity={each.isLeft ? 1 : 0.38}
            strokeWidth={Math.max(1, each.width)}
          />
        ))}
        {drawn.nodes.map((each) => {
          const middle = each.y + each.height / 2 + 5;
          const x = each.x + NODE_WIDTH + 8;
          const isLast = each.column === last;
          return (
            <g key={each.id}>
              <rect
                x={each.x}
                y={each.y}
                width={NODE_WIDTH}
                height={Math.max(1, each.height)}
                fill={each.isLeft ? "#a9a498" : "#1a2129"}
              />
              <text className={css.text} x={x} y={isLast ? middle - TEXT_LINE / 2 : middle}>
                {each.title}
                <tspan className={css.amount} {...(isLast ? { x, dy: TEXT_LINE } : { dx: 10 })}>
                  {amountText(each.amount_fen, "wan")}
                </tspan>
              </text>
            </g>
          );
        })}
      </g>
    </svg>
  );
}
