import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { Figure } from "./figure.ts";
import css from "./page.module.css";

const ProofPanel = lazy(() => import("./ProofPanel.tsx"));
const WIDE = "(min-width: 1081px)";

interface Panel {
  open: Figure | null;
  show: (figure: Figure) => void;
  close: () => void;
}

const PanelContext = createContext<Panel>({
  open: null,
  show: () => undefined,
  close: () => undefined,
});

export const useProofPanel = (): Panel => useContext(PanelContext);

function useWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = window.matchMedia(WIDE);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => window.matchMedia(WIDE).matches,
  );
}

/**
 * A page whose figures can be checked. The panel stands beside it, on a phone under the figure.
 *
 * `figures` are those on the page: an open panel follows the newest of its figure.
 */
export function ProofPage({
  figures,
  children,
}: {
  figures: readonly Figure[];
  children: ReactNode;
}) {
  const [id, setId] = useState("");
  const opener = useRef<Element | null>(null);
  const isWide = useWide();
  const open = figures.find((each) => each.id === id) ?? null;
  const close = useCallback(() => {
    setId("");
    if (opener.current instanceof HTMLElement) opener.current.focus();
  }, []);
  const panel = useMemo(
    () => ({
      open,
      close,
      show: (figure: Figure) => {
        opener.current = document.activeElement;
        setId(figure.id);
      },
    }),
    [open, close],
  );
  useEffect(() => {
    if (!open) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") close();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [open, close]);
  const isBeside = open !== null && isWide;
  return (
    <PanelContext value={panel}>
      <div className={isBeside ? css.beside : undefined}>
        <div className={css.main}>{children}</div>
        {isBeside && (
          <div className={css.aside}>
            <Suspense fallback={null}>
              <ProofPanel key={open.id} figure={open} onClose={close} />
            </Suspense>
          </div>
        )}
      </div>
    </PanelContext>
  );
}

/** Where the panel of a figure opens on a phone: put it under the figure. */
export function ProofPlace({ figure }: { figure: Figure }) {
  const panel = useProofPanel();
  const isWide = useWide();
  if (isWide || panel.open?.id !== figure.id) return null;
  return (
    <Suspense fallback={null}>
      <ProofPanel key={figure.id} figure={panel.open} onClose={panel.close} />
    </Suspense>
  );
}

/** The same as a row of a table of so many columns. */
export function ProofRow({ figure, columns }: { figure: Figure; columns: number }) {
  const panel = useProofPanel();
  const isWide = useWide();
  if (isWide || panel.open?.id !== figure.id) return null;
  return (
    <tr>
      <td colSpan={columns}>
        <ProofPlace figure={figure} />
      </td>
    </tr>
  );
}
