import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { catalogue } from "../i18n/texts.ts";
import en from "./search.en.json";
import zh from "./search.zh-CN.json";
import css from "./shell.module.css";

const useTexts = catalogue("search", zh, en);

/** Finds projects, documents, vouchers and payees; `/` goes to it from anywhere. */
export function Search() {
  const t = useTexts();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const field = useRef<HTMLInputElement>(null);
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
  return (
    <search className={css.search}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) navigate(`/desk/search?q=${encodeURIComponent(text.trim())}`);
        }}
      >
        <input
          ref={field}
          type="search"
          aria-label={t("label")}
          placeholder={t("placeholder")}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <span aria-hidden="true">/</span>
      </form>
    </search>
  );
}
