/** ECharts, only as much as public pages draw; loaded when the first chart is on screen. */
import { LineChart, SankeyChart } from "echarts/charts";
import { AriaComponent, GridComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

use([SVGRenderer, SankeyChart, LineChart, GridComponent, AriaComponent, LabelLayout]);

/** Draws into an element and draws again when its width changes; returns what ends it. */
export function draw(element: HTMLElement, option: EChartsCoreOption): () => void {
  const chart = init(element, null, { renderer: "svg" });
  chart.setOption(option);
  const observer = new ResizeObserver(() => chart.resize());
  observer.observe(element);
  return () => {
    observer.disconnect();
    chart.dispose();
  };
}
