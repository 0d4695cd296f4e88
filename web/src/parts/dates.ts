/** The ledger's date and time: block time in UTC plus the genesis offset, whatever the browser's zone. */
import type { Language } from "../i18n/texts.ts";

const DAY_MS = 86_400_000;
const WEEKDAYS_ZH = ["日", "一", "二", "三", "四", "五", "六"];
const WEEKDAYS_EN = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS_EN = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
];

const two = (n: number): string => String(n).padStart(2, "0");

function shifted(timeMs: number, offsetS: number): Date {
  return new Date(timeMs + offsetS * 1_000);
}

/** `2022-12-28`, for tables. */
export function dateInTable(timeMs: number, offsetS: number): string {
  const d = shifted(timeMs, offsetS);
  return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
}

/** `2022-12-28 17:30`, for tables. */
export function timeInTable(timeMs: number, offsetS: number): string {
  const d = shifted(timeMs, offsetS);
  return `${dateInTable(timeMs, offsetS)} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
}

/** `2022年12月28日` or `28 Dec 2022`, for sentences. */
export function dateInText(timeMs: number, offsetS: number, language: Language): string {
  const d = shifted(timeMs, offsetS);
  const [year, month, day] = [d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate()];
  if (language === "en") return `${day} ${MONTHS_EN[month]} ${year}`;
  return `${year}年${month + 1}月${day}日`;
}

export function weekday(timeMs: number, offsetS: number, language: Language): string {
  const day = shifted(timeMs, offsetS).getUTCDay();
  return language === "en" ? (WEEKDAYS_EN[day] ?? "") : `星期${WEEKDAYS_ZH[day]}`;
}

/** A day of the ledger, counted from 1970-01-01, as `2022-12-28`. */
export function dayInTable(day: number): string {
  return dateInTable(day * DAY_MS, 0);
}

/** Whole days from now until a moment, rounded up; negative when it has passed. */
export function daysLeft(nowMs: number, untilMs: number): number {
  const days = (untilMs - nowMs) / DAY_MS;
  return days < 0 ? Math.floor(days) : Math.ceil(days);
}
