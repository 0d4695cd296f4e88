import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Link } from "react-router";
import { api, need } from "../../api/client.ts";
import { useBetween } from "../../i18n/texts.ts";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { noteShown, sourceOf, vouchersOf } from "../../parts/proof/judging.ts";
import { Saved } from "../../parts/proof/Saved.tsx";
import { useTitle } from "../../parts/title.ts";
import css from "./head.module.css";
import portal from "./portal.module.css";
import { useDisclosureTexts } from "./texts.ts";

const Printed = lazy(() => import("../../parts/proof/Printed.tsx"));

/** The newest head that others have signed, with who they are. Throws `Problem`, or `Unreachable`. */
async function readHead() {
  const [note, keys] = await Promise.all([
    need(api.GET("/api/checkpoint/countersigned", { parseAs: "text" })),
    need(api.GET("/api/keys")),
  ]);
  const { node, countersigners } = keys as unknown as { node: string; countersigners: string[] };
  const texts = { note: note as unknown as string, keys: [node, ...countersigners].join("\n") };
  noteShown(texts.note);
  const vouchers = vouchersOf(sourceOf("pasted", "", texts, 0));
  return {
    text: `${texts.note}\n${texts.keys}\n`,
    size: vouchers[0]?.size ?? 0,
    names: vouchers.map((each) => each.name),
  };
}

/** A head for the gazette and notice boards: on paper, it is out of this site's hands. */
export function Component() {
  const t = useDisclosureTexts();
  const between = useBetween();
  const { data, error } = useQuery({ queryKey: ["head"], queryFn: readHead });
  useTitle(t("head.title"));
  return (
    <section className={portal.top}>
      <p className={`${portal.crumbs} ${css.here}`}>
        <Link to="/verify">{t("verify.title")}</Link>
      </p>
      <h1>{t("head.title")}</h1>
      <p className={`${portal.lead} ${css.here}`}>{t("head.text")}</p>
      <PlainProblem problem={error} />
      {data && (
        <>
          <p className={css.what}>
            {t("head.what", { size: data.size, names: data.names.join(between) })}
          </p>
          <div className={css.code}>
            <Suspense fallback={null}>
              <Printed text={data.text} name={t("head.code", { size: data.size })} />
            </Suspense>
          </div>
          <p className={portal.note}>{t("head.how")}</p>
          <pre className={css.text}>{data.text}</pre>
          <p className={css.acts}>
            <button type="button" onClick={() => window.print()}>
              {t("head.print")}
            </button>
            <Saved
              name={t("head.file", { size: data.size })}
              content={data.text}
              type="text/plain;charset=utf-8"
            >
              {t("head.save")}
            </Saved>
          </p>
        </>
      )}
    </section>
  );
}
