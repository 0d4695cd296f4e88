/** What a reader has set for himself: size of print and unit of amounts; kept by the browser. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { useLiveUpdates } from "../api/ledger.ts";
import type { Unit } from "../parts/amounts.ts";
import { UnitContext } from "../parts/Money.tsx";

interface Kept {
  isLarge: boolean;
  setLarge: (on: boolean) => void;
  unit: Unit;
  setUnit: (unit: Unit) => void;
}

const SettingsContext = createContext<Kept>({
  isLarge: false,
  setLarge: () => undefined,
  unit: "yuan",
  setUnit: () => undefined,
});

export function useSettings(): Kept {
  return useContext(SettingsContext);
}

function keptUnit(): Unit {
  const kept = localStorage.getItem("mz.unit");
  return kept === "wan" || kept === "yi" ? kept : "yuan";
}

export function Settings({ children }: { children: ReactNode }) {
  const [isLarge, setLarge] = useState(localStorage.getItem("mz.size") === "large");
  const [unit, setUnit] = useState<Unit>(keptUnit);
  useLiveUpdates();
  useEffect(() => {
    document.documentElement.dataset.size = isLarge ? "large" : "normal";
    localStorage.setItem("mz.size", isLarge ? "large" : "normal");
  }, [isLarge]);
  useEffect(() => localStorage.setItem("mz.unit", unit), [unit]);
  const kept = useMemo(() => ({ isLarge, setLarge, unit, setUnit }), [isLarge, unit]);
  return (
    <SettingsContext.Provider value={kept}>
      <UnitContext.Provider value={unit}>{children}</UnitContext.Provider>
    </SettingsContext.Provider>
  );
}
