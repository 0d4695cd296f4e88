/**
 * Takes the place of `getScrollBarSize` of `@rc-component/util` (vite.config.ts), which measures by a
 * style element without the page's nonce: the policy blocks it, and the console says so each time.
 */
function width(): number {
  const box = document.createElement("div");
  box.style.cssText = "position:absolute;width:100px;height:100px;overflow:scroll";
  document.body.append(box);
  const found = box.offsetWidth - box.clientWidth;
  box.remove();
  return found;
}

export default function getScrollBarSize(): number {
  return width();
}

export function getTargetScrollBarSize(): { width: number; height: number } {
  const size = width();
  return { width: size, height: size };
}
