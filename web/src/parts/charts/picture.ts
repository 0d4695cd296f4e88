/** A drawn chart as a picture file, its source written below it. */

const SCALE = 2;
const FOOT_PX = 56;
const MARGIN_PX = 16;

function loaded(address: string): Promise<HTMLImageElement> {
  return new Promise((done, fail) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = () => fail(new Error("the drawing cannot be read"));
    image.src = address;
  });
}

const WORN = ["font-size", "font-weight", "font-family", "fill"];

/** The drawing by itself: its texts wear what the page's styles gave them. */
function dressed(drawing: SVGSVGElement): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const originals = drawing.querySelectorAll<SVGElement>("text, tspan");
  for (const [at, text] of copy.querySelectorAll<SVGElement>("text, tspan").entries()) {
    const original = originals[at];
    if (!original) continue;
    const style = getComputedStyle(original);
    for (const each of WORN) text.style.setProperty(each, style.getPropertyValue(each));
  }
  return new XMLSerializer().serializeToString(copy);
}

/** Returns a PNG of the element's drawing, titled, with a line that says what it is of. */
export async function pictureOf(element: HTMLElement, title: string, foot: string): Promise<Blob> {
  const drawing = element.querySelector("svg");
  if (!drawing) throw new Error("nothing is drawn");
  const { width, height } = drawing.getBoundingClientRect();
  const source = dressed(drawing);
  const image = await loaded(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`);
  const canvas = document.createElement("canvas");
  canvas.width = (width + 2 * MARGIN_PX) * SCALE;
  canvas.height = (height + 2 * FOOT_PX) * SCALE;
  const paper = canvas.getContext("2d");
  if (!paper) throw new Error("this browser draws no pictures");
  const style = getComputedStyle(document.documentElement);
  paper.scale(SCALE, SCALE);
  paper.fillStyle = style.getPropertyValue("--sheet");
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(image, MARGIN_PX, FOOT_PX, width, height);
  paper.fillStyle = style.getPropertyValue("--ink");
  paper.font = `600 18px ${getComputedStyle(document.body).fontFamily}`;
  paper.fillText(title, MARGIN_PX, FOOT_PX - 20);
  paper.font = `13px ${getComputedStyle(document.body).fontFamily}`;
  paper.fillText(foot, MARGIN_PX, height + FOOT_PX + 32);
  return new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture")))),
  );
}
