import { Button } from "antd";
import { useMemo, useState } from "react";
import { Sign } from "../../desk/Sign.tsx";
import { useAbout } from "./describe.tsx";
import { useFollowing } from "./following.ts";
import { useWorkTexts } from "./texts.ts";

interface FollowProps {
  /** Key of the record, or a kind of notice. */
  about: string;
  record?: Record<string, unknown> | null | undefined;
  isInRow?: boolean;
}

/** Lets one follow what is on the page, or end it; nothing where it cannot be followed. */
export function Follow({ about, record = null, isInRow = false }: FollowProps) {
  const t = useWorkTexts();
  const told = useFollowing().data;
  const named = useAbout();
  const [isSigning, setSigning] = useState(false);
  const body = useMemo(() => ({ about }), [about]);
  if (!told?.paths.some((path) => about.startsWith(`${path}/`))) return null;
  const isFollowed = told.follows.some((each) => each.about === about);
  return (
    <>
      <Button
        autoInsertSpace={false}
        {...(isInRow && { size: "small" as const })}
        onClick={() => setSigning(true)}
      >
        {t(isFollowed ? "follow.end" : "follow")}
      </Button>
      {isSigning && (
        <Sign
          kind={isFollowed ? "procedure.subscription.end/1" : "procedure.subscription.set/1"}
          body={body}
          what={
            <>
              {t(isFollowed ? "follow.end.what" : "follow.what", { what: "" })}
              {named(about, record)}
            </>
          }
          close={() => setSigning(false)}
        />
      )}
    </>
  );
}
