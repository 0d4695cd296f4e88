import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useId, useState } from "react";
import { api, need } from "../../api/client.ts";
import { useLedger } from "../../api/ledger.ts";
import {
  BackupRefused,
  forget,
  keep,
  make,
  type OwnKey,
  ownKeys,
  PASSPHRASE_MIN,
  restore,
} from "../../api/ownKey.ts";
import type { Page, Row } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { Acts, actOf } from "../../desk/Acts.tsx";
import { DataTable } from "../../desk/DataTable.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { catalogue } from "../../i18n/texts.ts";
import { dateInTable } from "../../parts/dates.ts";
import { save } from "../../parts/download.ts";
import { toHex } from "../../parts/hex.ts";
import { useTitle } from "../../parts/title.ts";
import en from "./en.json";
import css from "./keys.module.css";
import zh from "./zh-CN.json";

type OwnRows = Pick<Page<"identity_keys">, "height" | "rows">;

const useTexts = catalogue("keys", zh, en);

/** The keys that sign for somebody: those of this machine, and those on the ledger. */
export function Component() {
  const t = useTexts();
  useTitle(t("title"));
  const acting = useActing();
  const queries = useQueryClient();
  const here = useQuery({ queryKey: ["ownKeys"], queryFn: ownKeys });
  const registered = useQuery({
    queryKey: ["views", "own keys", acting.person],
    queryFn: async () => (await need(api.GET("/api/session/keys"))) as unknown as OwnRows,
  });
  const [registering, setRegistering] = useState<OwnKey | null>(null);
  const mine = (here.data ?? []).filter((each) => each.person === acting.person);
  const kids = new Set((registered.data?.rows ?? []).map((each) => each.id));
  const again = () => queries.invalidateQueries({ queryKey: ["ownKeys"] });
  return (
    <DeskPage
      title={t("title")}
      state={t(acting.signs_here ? "state.gateway" : "state.here")}
      aside={
        <>
          <Make person={acting.person} made={(key) => setRegistering(key)} again={again} />
          <Restore person={acting.person} again={again} />
        </>
      }
    >
      <Panel title={t("here")}>
        {here.error ? (
          <p>{t("unsupported")}</p>
        ) : mine.length === 0 ? (
          <p>{t("here.empty")}</p>
        ) : (
          <ul className={css.keys}>
            {mine.map((each) => (
              <Kept
                key={each.kid}
                own={each}
                isRegistered={kids.has(each.kid)}
                register={() => setRegistering(each)}
                again={again}
              />
            ))}
          </ul>
        )}
      </Panel>
      <Registered rows={registered.data?.rows} height={registered.data?.height} />
      {registering && (
        <Sign
          kind="identity.key.add/1"
          body={{
            person: acting.person,
            public_key: toHex(registering.publicKey),
            label: registering.label,
          }}
          what={t("make.what", { label: registering.label })}
          close={() => setRegistering(null)}
        />
      )}
    </DeskPage>
  );
}

function Kept({
  own,
  isRegistered,
  register,
  again,
}: {
  own: OwnKey;
  isRegistered: boolean;
  register: () => void;
  again: () => Promise<void>;
}) {
  const t = useTexts();
  const acting = useActing();
  const [isSure, setSure] = useState(false);
  return (
    <li>
      <div>
        <strong>{own.label}</strong>
        <small>{t(isRegistered ? "here.registered" : "here.unregistered")}</small>
        <small className="code">
          {t("fingerprint")} {own.kid}
        </small>
        {isSure && <p role="alert">{t("forget.sure")}</p>}
      </div>
      {!isRegistered && (
        <>
          <Button onClick={register}>{t("here.register")}</Button>
          <Acts
            acts={[
              actOf<"identity.key.rotate/1">({
                kind: "identity.key.rotate/1",
                verb: t("rotate"),
                subject: own.label,
                fixed: { public_key: toHex(own.publicKey), label: own.label },
                intro: `${t("rotate.intro")}${acting.signs_here ? t("rotate.gateway") : ""}`,
              }),
            ]}
          />
        </>
      )}
      <Button
        onClick={async () => {
          if (!isSure) return setSure(true);
          await forget(own.kid);
          await again();
        }}
      >
        {t("forget")}
      </Button>
    </li>
  );
}

function Make({
  person,
  made,
  again,
}: {
  person: string;
  made: (key: OwnKey) => void;
  again: () => Promise<void>;
}) {
  const t = useTexts();
  const [label, setLabel] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const [problem, setProblem] = useState("");
  const [name, words, help] = [useId(), useId(), useId()];
  const submit = async () => {
    if (passphrase && passphrase.length < PASSPHRASE_MIN) {
      return setProblem(t("make.passphrase.short", { least: PASSPHRASE_MIN }));
    }
    try {
      const { key, backup } = await make(person, label.trim(), passphrase);
      await keep(key);
      if (backup) save(new Blob([JSON.stringify(backup)]), `${person}.mingzhang-key.json`);
      setLabel("");
      setPassphrase("");
      setProblem("");
      await again();
      made(key);
    } catch {
      setProblem(t("unsupported"));
    }
  };
  return (
    <Panel title={t("make")}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label htmlFor={name}>{t("make.label")}</label>
        <Input
          id={name}
          required
          maxLength={60}
          placeholder={t("make.label.hint")}
          value={label}
          onChange={(event) => setLabel(event.target.value)}
        />
        <label htmlFor={words}>{t("make.passphrase", { least: PASSPHRASE_MIN })}</label>
        <Input
          type="password"
          id={words}
          autoComplete="new-password"
          aria-describedby={help}
          value={passphrase}
          onChange={(event) => setPassphrase(event.target.value)}
        />
        <p id={help}>{t("make.passphrase.help")}</p>
        {problem && <p role="alert">{problem}</p>}
        <Button type="primary" htmlType="submit" disabled={!label.trim()}>
          {t("make.do")}
        </Button>
      </form>
    </Panel>
  );
}

function Restore({ person, again }: { person: string; again: () => Promise<void> }) {
  const t = useTexts();
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const [problem, setProblem] = useState("");
  const [place, words] = [useId(), useId()];
  const submit = async () => {
    if (!file) return;
    try {
      const key = await restore(await file.text(), passphrase);
      if (key.person !== person) return setProblem(t("restore.other"));
      await keep(key);
      setPassphrase("");
      setProblem("");
      await again();
    } catch (error) {
      setProblem(t(error instanceof BackupRefused ? "restore.refused" : "unsupported"));
    }
  };
  return (
    <Panel title={t("restore")}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label htmlFor={place}>{t("restore.file")}</label>
        <input
          id={place}
          type="file"
          accept=".json"
          onChange={(event) => setFile(event.target.files?.[0] ?? null)}
        />
        <label htmlFor={words}>{t("restore.passphrase")}</label>
        <Input
          type="password"
          id={words}
          autoComplete="off"
          value={passphrase}
          onChange={(event) => setPassphrase(event.target.value)}
        />
        {problem && <p role="alert">{problem}</p>}
        <Button htmlType="submit" disabled={!file || !passphrase}>
          {t("restore.do")}
        </Button>
      </form>
    </Panel>
  );
}

const STATES = ["valid", "revoked", "expired"] as const;

function Registered({
  rows,
  height,
}: {
  rows: Row<"identity_keys">[] | undefined;
  height: number | undefined;
}) {
  const t = useTexts();
  const ledger = useLedger();
  const state = (row: Row<"identity_keys">): string => {
    const known = STATES.find((each) => each === row.state);
    return known ? t(`state.${known}`) : (row.state ?? "");
  };
  return (
    <DataTable
      name={t("ledger")}
      rows={rows}
      height={height}
      rowKey={(row) => row.id}
      empty={t("ledger.empty")}
      columns={[
        { key: "label", title: t("ledger.label"), show: (row) => row.label ?? "" },
        { key: "state", title: t("ledger.state"), show: state },
        {
          key: "from",
          title: t("ledger.from"),
          show: (row) => (row.from_ms ? dateInTable(row.from_ms, ledger?.offset_s ?? 0) : ""),
        },
        {
          key: "kid",
          title: t("fingerprint"),
          show: (row) => <span className="code">{row.id}</span>,
        },
      ]}
    />
  );
}
