/** QR codes read and drawn. Loaded when somebody scans or prints a head, never with a page. */
import encodeQR from "qr";
import decodeQR from "qr/decode.js";

/** Longest side, in pixels, of what is searched: a phone's photo first, then smaller, as blur wants. */
const SIDES = [2_000, 1_000];
const PHOTO_MS = 1_500;
const FRAME_MS = 60;
const EFFORT = 8;
const QUIET_ZONE = 4;

/** What a code in a picture says, or `null` where none can be read. */
function read(picture: CanvasImageSource, width: number, height: number, timeLimit: number) {
  const canvas = new OffscreenCanvas(width, height);
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  if (!drawing) return null;
  drawing.drawImage(picture, 0, 0, width, height);
  try {
    return decodeQR(drawing.getImageData(0, 0, width, height), { effort: EFFORT, timeLimit });
  } catch {
    // The reader throws for each picture that it finds no code in.
    return null;
  }
}

/** What a photo's code says, or `null`. Throws `DOMException` for a file that is no picture. */
export async function readPhoto(file: Blob): Promise<string | null> {
  const photo = await createImageBitmap(file);
  try {
    const longest = Math.max(photo.width, photo.height);
    for (const side of SIDES) {
      const scale = Math.min(1, side / longest);
      const [width, height] = [Math.ceil(photo.width * scale), Math.ceil(photo.height * scale)];
      const found = read(photo, width, height, PHOTO_MS);
      if (found !== null) return found;
    }
    return null;
  } finally {
    photo.close();
  }
}

/** What the code before the camera says, or `null`. */
export function readFrame(video: HTMLVideoElement): string | null {
  const { videoWidth, videoHeight } = video;
  return videoWidth ? read(video, videoWidth, videoHeight, FRAME_MS) : null;
}

/** The dark modules of a text's code as an SVG path in a square; `null` where it is too long. */
export function drawn(text: string): { side: number; path: string } | null {
  let modules: boolean[][];
  try {
    modules = encodeQR(text, "raw", { ecc: "medium", border: QUIET_ZONE });
  } catch {
    return null;
  }
  const path = modules.flatMap((row, y) =>
    row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")),
  );
  return { side: modules.length, path: path.join("") };
}
