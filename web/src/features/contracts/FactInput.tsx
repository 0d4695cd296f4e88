import { useState } from "react";
import type { Fact, Field, Hook } from "./document.ts";
import { useVoice } from "./texts.ts";
import { factInWords, readFact } from "./words.ts";

interface FactInputProps {
  field: Field;
  hook: Hook | undefined;
  label: string;
  fact: Fact | null | undefined;
  /** null for what cannot be read. */
  change: (fact: Fact | null) => void;
}

/** One fact of a contract: amounts in yuan, rates in percent, dates as 2022-08-01. */
export function FactInput({ field, hook, label, fact, change }: FactInputProps) {
  const { voice } = useVoice(hook);
  const [typed, setTyped] = useState(() => factInWords(fact ?? undefined, field.unit, voice));
  const options =
    field.type === "bool"
      ? [["true", voice.yes] as const, ["false", voice.no] as const]
      : field.type === "code"
        ? field.values.map((each) => [each, voice.code(each)] as const)
        : [];
  if (options.length > 0) {
    return (
      <select
        aria-label={label}
        value={String(fact)}
        onChange={(event) =>
          change(field.type === "bool" ? event.target.value === "true" : event.target.value)
        }
      >
        {options.map(([value, title]) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
    );
  }
  if (field.type === "code") {
    return (
      <input
        aria-label={label}
        value={String(fact)}
        onChange={(event) => change(event.target.value)}
      />
    );
  }
  return (
    <input
      aria-label={label}
      aria-invalid={readFact(typed, field, voice) === null}
      value={typed}
      onChange={(event) => {
        setTyped(event.target.value);
        change(readFact(event.target.value, field, voice));
      }}
    />
  );
}
