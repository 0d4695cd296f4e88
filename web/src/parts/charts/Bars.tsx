import { Money } from "../Money.tsx";
import css from "./chart.module.css";

/** What a phone shows in place of flows: one bar a line, of the same length scale. */
export function Bars({
  of,
}: {
  of: { id: string; title: string; amount_fen: number; isLeft?: boolean | undefined }[];
}) {
  const most = Math.max(1, ...of.map((each) => each.amount_fen));
  return (
    <ul className={css.bars}>
      {of.map((each) => (
        <li key={each.id}>
          <span>
            {each.title}
            <Money fen={each.amount_fen} unit="wan" />
          </span>
          <span className={css.bar} aria-hidden="true">
            <i
              className={each.isLeft ? css.left : undefined}
              style={{ width: `${(each.amount_fen / most) * 100}%` }}
            />
          </span>
        </li>
      ))}
    </ul>
  );
}
