import { useQuery } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { api, need } from "../../api/client.ts";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { Field } from "../../desk/Field.tsx";
import { Panel } from "../../desk/Panel.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { useBetween } from "../../i18n/texts.ts";
import { timeInTable } from "../../parts/dates.ts";
import { useKept } from "./kept.ts";
import { useWorkTexts } from "./texts.ts";
import css from "./work.module.css";

/** A post along the way of a case, and who of its holders may read the case. */
interface Readers {
  organisation: string;
  post: string;
  holders: string[];
}

/** How many people one comment can name (`procedure.comment.add/1`). */
const MENTIONS_MAX = 16;

/** What was said about a case; whoever may read it says more, and names posts that are to look. */
export function Comments({ of }: { of: string }) {
  const t = useWorkTexts();
  const names = useNames();
  const ledger = useLedger();
  const between = useBetween();
  const { person } = useActing();
  const rows = useRows("procedure_comments", { case_id: of }).data?.rows;
  const readers = useReaders(of);
  const [text, setText] = useKept(`comment.${of}`);
  const [posts, setPosts] = useState<string[]>([]);
  const [isSigning, setSigning] = useState(false);
  const titleOf = (each: Readers): string =>
    `${names.organisation(each.organisation)} ${names.post(each.post)}`;
  const named = readers.filter((each) => posts.includes(each.post));
  const mentions = [...new Set(named.flatMap((each) => each.holders))];
  const isTooMany = mentions.length > MENTIONS_MAX;
  const isMissing = text.trim() === "" || isTooMany;
  const told = (people: unknown): string =>
    readers
      .filter((each) => each.holders.some((one) => ((people ?? []) as string[]).includes(one)))
      .map(titleOf)
      .join(between);
  const options = readers
    .filter((each) => each.holders.some((one) => one !== person))
    .map((each) => ({ value: each.post, label: titleOf(each) }));
  return (
    <Panel title={t("case.comments")} more={t("case.comments.more")}>
      <div className={css.said}>
        {rows?.length === 0 && <p className={css.empty}>{t("case.comments.none")}</p>}
        <ul className={css.said}>
          {rows?.map((each) => (
            <li key={each.id}>
              <p>
                {names.organisation(each.organisation)} {names.post(each.post)}
                {ledger && ` · ${timeInTable(each.at_ms ?? 0, ledger.offset_s)}`}
              </p>
              <p>{each.text}</p>
              {told(each.mentions) && <p>{t("case.mentioned", { who: told(each.mentions) })}</p>}
            </li>
          ))}
        </ul>
        <div className={css.form}>
          <Field label={t("case.comment")}>
            {(id) => (
              <Input.TextArea
                id={id}
                value={text}
                onChange={(event) => setText(event.target.value)}
                maxLength={2_000}
                autoSize={{ minRows: 2, maxRows: 8 }}
              />
            )}
          </Field>
          <Field
            label={t("case.mention")}
            hint={t("case.mention.hint")}
            wrong={isTooMany && t("case.mention.many", { count: mentions.length })}
          >
            {(id) => (
              <Select
                id={id}
                mode="multiple"
                value={posts}
                onChange={setPosts}
                options={options}
                showSearch={{ optionFilterProp: "label" }}
              />
            )}
          </Field>
          <div className={css.buttons}>
            <Button aria-disabled={isMissing} onClick={() => !isMissing && setSigning(true)}>
              {t("case.comment.submit")}
            </Button>
          </div>
        </div>
      </div>
      {isSigning && (
        <Sign
          kind="procedure.comment.add/1"
          body={{ case: of, text: text.trim(), mentions }}
          what={
            <>
              {t("case.what.comment", { reason: text.trim() })}
              {named.length > 0 &&
                ` · ${t("case.mentioned", { who: named.map(titleOf).join(between) })}`}
            </>
          }
          close={() => setSigning(false)}
          done={() => {
            setText("");
            setPosts([]);
          }}
        />
      )}
    </Panel>
  );
}

function useReaders(of: string): Readers[] {
  const asked = useQuery({
    queryKey: ["readers", of],
    queryFn: async () =>
      (await need(
        api.GET("/api/cases/{case}/readers", { params: { path: { case: of } } }),
      )) as unknown as { rows: Readers[] },
    enabled: of !== "",
  });
  return asked.data?.rows ?? [];
}
