import { Button } from "antd";
import { type ReactNode, useState } from "react";
import type { Kind } from "../api/commands.ts";
import { useInLanguage } from "../i18n/texts.ts";
import css from "./form.module.css";
import { useFormTexts } from "./formTexts.ts";
import { Helpers } from "./Refusal.tsx";
import { type Rights, useRights } from "./rights.ts";
import { CommandDrawer, type CommandProps, useKinds } from "./SchemaForm.tsx";

/** Something that may be done on a page, by a form made from its command. */
export interface Act<K extends Kind = Kind> extends Omit<CommandProps<K>, "close"> {
  /** What the button says, where the command's title does not say it here. */
  verb?: string;
  /** Of what: an agreement's title, a payee's name. Told before what was filled in. */
  subject?: string;
  /** Whose posts are named to those who may not do it; without it all who may. */
  by?: readonly string[];
}

/** Lets a page list acts of several kinds, each held to its own command. */
export function actOf<K extends Kind>(act: Act<K>): Act {
  return act as unknown as Act;
}

interface ActsProps {
  acts: readonly Act[];
  /** In a row of a table: small buttons, and who else may is told elsewhere. */
  isInRow?: boolean;
}

interface Known {
  act: Act;
  right: string;
  title: string;
}

/** Acts with their titles and rights, those of one's post apart; `undefined` until it is known. */
function useKnown(
  acts: readonly Act[],
): { mine: Known[]; others: Known[]; rights: Rights } | undefined {
  const inLanguage = useInLanguage();
  const rights = useRights();
  const kinds = useKinds();
  if (!rights || !kinds) return undefined;
  const known = acts.flatMap((act): Known[] => {
    const facts = kinds.find((each) => each.kind === act.kind);
    if (!facts) return [];
    return [
      { act, right: facts.right, title: act.verb ?? inLanguage(facts.title_zh, facts.title) },
    ];
  });
  return {
    mine: known.filter((each) => rights.may(each.right)),
    others: known.filter((each) => !rights.may(each.right)),
    rights,
  };
}

/** Buttons for what one's post may do here; of the rest, who does it. */
export function Acts({ acts, isInRow = false }: ActsProps): ReactNode {
  const t = useFormTexts();
  const known = useKnown(acts);
  const [doing, setDoing] = useState<Known | null>(null);
  if (!known) return null;
  const subject = doing?.act.subject;
  const head = doing && subject ? t("within", { title: doing.title, part: subject }) : doing?.title;
  return (
    <>
      {known.mine.length > 0 && (
        <div className={css.acts}>
          {known.mine.map((each) => (
            <Button
              key={`${each.act.kind}${each.act.subject ?? ""}`}
              autoInsertSpace={false}
              {...(isInRow && { size: "small" as const })}
              onClick={() => setDoing(each)}
            >
              {each.title}
            </Button>
          ))}
        </div>
      )}
      {!isInRow && <WhoElse acts={acts} />}
      {doing && (
        <CommandDrawer
          what={(told) => [head, told].filter(Boolean).join(t("colon"))}
          {...doing.act}
          close={() => setDoing(null)}
        />
      )}
    </>
  );
}

/** Of what one's post may not do here: who does it. */
export function WhoElse({ acts }: { acts: readonly Act[] }): ReactNode {
  const t = useFormTexts();
  const known = useKnown(acts);
  if (!known || known.others.length === 0) return null;
  return (
    <details className={css.others}>
      <summary>{t("act.who")}</summary>
      <dl>
        {known.others.map((each) => {
          const who = known.rights.who(each.right, each.act.by);
          return (
            <div key={each.act.kind}>
              <dt>{each.title}</dt>
              <dd>{who.length > 0 ? <Helpers who={who} /> : t("act.nobody")}</dd>
            </div>
          );
        })}
      </dl>
    </details>
  );
}
