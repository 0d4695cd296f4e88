import look from "../../theme/theme.json";

/** Colours of charts: tints of ink by size; the levels' and the proof's hues are not lent. */
export const palette = {
  ink: look.mz.ink,
  ink2: look.mz.ink2,
  sheet: look.mz.sheet,
  grid: look.mz.chart.grid,
  plan: look.mz.chart.plan,
  actual: look.mz.chart.actual,
  label: look.mz.chart.label,
  series: look.mz.chart.series,
};
