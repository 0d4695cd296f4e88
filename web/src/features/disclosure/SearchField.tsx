import { type FormEvent, useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import css from "./portal.module.css";
import { useDisclosureTexts } from "./texts.ts";

/** The public's search; `/` goes to it. What one asked for stays in the address. */
export function SearchField({ asked }: { asked: string }) {
  const t = useDisclosureTexts();
  const navigate = useNavigate();
  const [text, setText] = useState(asked);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => setText(asked), [asked]);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const at = event.target as HTMLElement;
      const isTyping = at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName);
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener("keydown", focus);
    return () => document.removeEventListener("keydown", focus);
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const query = text.trim();
    navigate(query ? `/?q=${encodeURIComponent(query)}` : "/");
  };
  return (
    <search>
      <form className={css.search} onSubmit={submit}>
        <input
          ref={field}
          type="search"
          maxLength={100}
          aria-label={t("search.label")}
          placeholder={t("search")}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit">{t("search.do")}</button>
      </form>
    </search>
  );
}
