import { useEffect, useEffectEvent, useRef, useState } from "react";
import { readFrame, readPhoto } from "./qr.ts";
import { type ProofKey, useProofTexts } from "./texts.ts";
import css from "./trust.module.css";

const BETWEEN_FRAMES_MS = 150;

/** Why a camera shows nothing, by the name of what the browser threw. */
const WHY: Record<string, ProofKey> = {
  NotAllowedError: "scan.denied",
  SecurityError: "scan.denied",
  NotFoundError: "scan.absent",
  OverconstrainedError: "scan.absent",
};

/** Shows the camera and hands on what it reads, until `signal`. Throws `DOMException`. */
async function watch(video: HTMLVideoElement, signal: AbortSignal, onText: (text: string) => void) {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
  });
  const stop = () => {
    for (const each of stream.getTracks()) each.stop();
  };
  if (signal.aborted) return stop();
  signal.addEventListener("abort", stop);
  video.srcObject = stream;
  await video.play();
  while (!signal.aborted) {
    const text = readFrame(video);
    if (text !== null) onText(text);
    await new Promise((done) => setTimeout(done, BETWEEN_FRAMES_MS));
  }
}

/**
 * Reads a code by the camera or from a photo. Nothing that it sees leaves the browser.
 *
 * `onText` answers what is wrong with a text, or nothing where it is what was looked for.
 */
export default function Scan({ onText }: { onText: (text: string) => string }) {
  const t = useProofTexts();
  const video = useRef<HTMLVideoElement>(null);
  const hasCamera = "mediaDevices" in navigator;
  const [state, setState] = useState<"opening" | "seeing" | "away">(hasCamera ? "opening" : "away");
  const [noCamera, setNoCamera] = useState(hasCamera ? "" : t("scan.insecure"));
  const [refused, setProblem] = useState("");
  // A camera may fail after a photo has been read: what was read is told before why none is seen.
  const problem = refused || noCamera;
  const take = useEffectEvent((text: string) => setProblem(onText(text)));
  const fail = useEffectEvent((error: unknown) => {
    if (!(error instanceof DOMException)) throw error;
    setState("away");
    setNoCamera(t(WHY[error.name] ?? "scan.busy"));
  });
  useEffect(() => {
    if (!hasCamera || !video.current) return;
    const ended = new AbortController();
    watch(video.current, ended.signal, take).catch((error) => ended.signal.aborted || fail(error));
    return () => ended.abort();
  }, [hasCamera]);
  const readFile = async (file: File) => {
    setProblem("");
    try {
      const text = await readPhoto(file);
      setProblem(text === null ? t("scan.none") : onText(text));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      setProblem(t("scan.picture"));
    }
  };
  return (
    <div className={css.scan}>
      {state !== "away" && (
        <>
          <video
            ref={video}
            muted
            playsInline
            aria-label={t("scan.video")}
            onPlaying={() => setState("seeing")}
          />
          <p className={css.hint}>{t(state === "seeing" ? "scan.aim" : "scan.opening")}</p>
        </>
      )}
      {problem && (
        <p role="alert" className={css.problem}>
          {problem}
        </p>
      )}
      <label className={css.file}>
        {t(state === "away" ? "scan.photo" : "scan.photo.or")}
        <input
          type="file"
          accept="image/*"
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = "";
            if (file) void readFile(file);
          }}
        />
      </label>
    </div>
  );
}
