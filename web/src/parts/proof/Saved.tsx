import { type ReactNode, useEffect, useMemo } from "react";

/** A link that saves what this page holds as a file. */
export function Saved({
  name,
  content,
  type,
  children,
}: {
  name: string;
  content: string | Uint8Array;
  type: string;
  children: ReactNode;
}) {
  const address = useMemo(() => {
    const part = typeof content === "string" ? content : new Uint8Array(content);
    return URL.createObjectURL(new Blob([part], { type }));
  }, [content, type]);
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  return (
    <a href={address} download={name}>
      {children}
    </a>
  );
}
