import css from "./level.module.css";
import { usePartTexts } from "./texts.ts";

export type Level = "blue" | "yellow" | "orange" | "red";
const LEVELS: readonly Level[] = ["blue", "yellow", "orange", "red"];

export function isLevel(name: unknown): name is Level {
  return LEVELS.some((each) => each === name);
}

/** One to four filled bars and the word: the order is there without colour. */
export function LevelBadge({ level }: { level: Level }) {
  const t = usePartTexts();
  const filled = LEVELS.indexOf(level);
  return (
    <span className={`${css.badge} ${css[level]}`}>
      <span className={css.bars} aria-hidden="true">
        {LEVELS.map((each, at) => (
          <i key={each} className={at <= filled ? css.filled : ""} />
        ))}
      </span>
      {t(`level.${level}`)}
    </span>
  );
}
