"""`mingzhang verify FILE --root CHECKPOINT`: what it does, apart from the command line.

A root may be a file or an address. One that came from the server whose proof is checked is called
so in the answer: such a check shows that the server agrees with itself, not more.
"""

import http.client
import json
import re
import urllib.parse
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mingzhang.verify import bundle
from mingzhang.verify.encodings import BILLION, from_rfc3339, to_base64, to_hex, to_rfc3339
from mingzhang.verify.reasons import Rejected
from mingzhang.verify.root import (
    AS_GIVEN,
    INDEPENDENT,
    MAX_ROOT_BYTES,
    SAME_SERVER,
    Trusting,
    TrustRoot,
    checkpoint_root,
    parse_keys,
    read_root,
)
from mingzhang.verify.strict_json import Malformed, load

FETCH_TIMEOUT_S: Final = 20

_KINDS = {
    "record": ("记录存在", "the record is there"),
    "absence": ("该键下没有记录", "no record stands under the key"),
    "receipt": ("回执为区块的结果", "the receipt is a result of the block"),
    "command": ("指令在区块中", "the command is in the block"),
}
_TRUSTING = {
    INDEPENDENT: (
        "信任根来自另一地址，非被核验的服务器",
        "the root came from another address than the server that is checked",
    ),
    AS_GIVEN: (
        "信任根由您给出，请确认其并非取自被核验的服务器",
        "the root is the one you gave: be sure that it did not come from the server you check",
    ),
    SAME_SERVER: (
        "信任根来自被核验的同一服务器，只能说明其前后一致；请改用其他机构、公报或二维码上的检查点",
        (
            "the root came from the same server that is being checked, which shows only that it "
            "agrees with itself; use a checkpoint from another institution, the gazette or a print"
        ),
    ),
}
_DURATION = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_SECONDS = {"m": 60, "h": 3_600, "d": 86_400}
_STALE_ZH = (
    "证明成立，但所载账本状态封存于 {sealed}，早于所要求的 {earliest}；"
    "此后可能已有更正。请取得较新的检查点，再按其规模索取证明。"
)
_STALE_EN = (
    "The proof holds, but the state that it shows was sealed at {sealed}, before {earliest} as "
    "asked for: it may have been corrected since. Get a newer checkpoint, and a proof at its size."
)


def earliest_ns(text: str, now_ns: int) -> int:
    """Read how old a state may be, and return its earliest block time.

    Args:
        text: a duration back from now (`90m`, `36h`, `7d`), a day (`2026-11-30`: from its
            beginning, UTC) or a moment (`2026-11-30T16:00:00Z`).
        now_ns: the time of the machine that verifies, since 1970.

    Raises:
        ValueError: for any other text.

    """
    duration = _DURATION.fullmatch(text)
    if duration:
        return now_ns - int(duration[1]) * _SECONDS[duration[2]] * BILLION
    return from_rfc3339(text if "T" in text else f"{text}T00:00:00Z")


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def _same_server(one: str, other: str) -> bool:
    """Whether two addresses are of one host and port; http and https count as one."""
    ports = {"http": 80, "https": 443}
    first, second = urllib.parse.urlsplit(one), urllib.parse.urlsplit(other)
    if first.hostname is None or first.hostname != second.hostname:
        return False
    default = (first.port or ports.get(first.scheme), second.port or ports.get(second.scheme))
    return default[0] == default[1] or first.port == second.port


def _fetch(address: str) -> tuple[bytes, str]:
    """Return what stands at an http(s) address, and the address it was at last found under."""
    try:
        with urllib.request.urlopen(address, timeout=FETCH_TIMEOUT_S) as found:  # noqa: S310
            return found.read(MAX_ROOT_BYTES + 1), found.geturl()
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise Rejected("root-malformed", f"{address}: {error}") from error


def _load_root(
    data: bytes, root: str | None, keys: Sequence[str], server_url: str | None
) -> TrustRoot:
    """Return the root: at an address, in a file, or, for None, the bundle's own checkpoint."""
    if root is None:
        return checkpoint_root(_own_checkpoint(data), parse_keys(keys), trusting=SAME_SERVER)
    trusting: Trusting = AS_GIVEN
    if _is_address(root):
        content, final = _fetch(root)
        # A redirect decides too: another's address may lead back to the server.
        if server_url is not None:
            same = _same_server(root, server_url) or _same_server(final, server_url)
            trusting = SAME_SERVER if same else INDEPENDENT
    else:
        try:
            content = Path(root).read_bytes()
        except OSError as error:
            raise Rejected("root-malformed", f"{root}: {error.strerror}") from error
    if len(content) > MAX_ROOT_BYTES:
        raise Rejected("root-malformed", f"{root}: > {MAX_ROOT_BYTES} B")
    return read_root(content, parse_keys(keys), trusting=trusting)


def _own_checkpoint(data: bytes) -> bytes:
    checkpoint = bundle.read(data).checkpoint
    if not checkpoint:
        raise Rejected("root-malformed", "--root")
    return checkpoint


def run(
    file: str | Path,
    root: str | None,
    keys: Sequence[str] = (),
    server_url: str | None = None,
    not_before_ns: int | None = None,
) -> dict[str, object]:
    """Check a proof bundle and return the answer, ready to be printed or written as JSON.

    Args:
        file: the bundle.
        root: a checkpoint or a list of validators: a path, or an http(s) address; None takes the
            bundle's own checkpoint, which is called "the same server".
        keys: verifier keys, `name+id+base64`, that must have signed the checkpoint: the ledger's
            own and countersigners'.
        server_url: the server that the bundle came from, if it is known.
        not_before_ns: the earliest block time, since 1970, that the proven state may be of. An old
            proof under an old checkpoint holds for ever: who must know what is in force asks.

    Returns:
        `verified` (bool), `zh` and `en`; when verified also what was proven and by whom, else
        `reason`, the permanent code or `stale`, and `where`. Nothing is raised for a bad file.

    """
    try:
        data = _read_file(Path(file))
        found = bundle.verify(data, _load_root(data, root, keys, server_url))
    except Rejected as error:
        return {
            "verified": False,
            "reason": error.code,
            "where": error.where,
            "zh": error.zh,
            "en": error.en,
        }
    if not_before_ns is not None and found.sealed_time_ns < not_before_ns:
        sealed, earliest = to_rfc3339(found.sealed_time_ns), to_rfc3339(not_before_ns)
        return {
            "verified": False,
            "reason": "stale",
            "where": f"{sealed} < {earliest}",
            "zh": _STALE_ZH.format(sealed=sealed, earliest=earliest),
            "en": _STALE_EN.format(sealed=sealed, earliest=earliest),
        }
    return answer(found)


def _read_file(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(bundle.MAX_BYTES + 1)
    except OSError as error:
        raise Rejected("malformed", f"{file}: {error.strerror}") from error


def _content(content: bytes) -> object:
    """Return content as JSON where it is JSON, as text where it is text, else in base64."""
    try:
        return load(content, bundle.MAX_BYTES)
    except Malformed:
        pass
    try:
        return content.decode()
    except UnicodeDecodeError:
        return {"base64": to_base64(content)}


def answer(found: bundle.Verified) -> dict[str, object]:
    """Return what was proven as plain values, with a sentence in Chinese and in English."""
    claim = found.claim
    what_zh, what_en = _KINDS[claim.kind]
    trust_zh, trust_en = _TRUSTING[found.trusting]
    sealed = to_rfc3339(found.sealed_time_ns)
    by_zh, by_en = _by(found)
    where = f"{claim.key} " if claim.key else ""
    volume = claim.shown.volume if claim.shown else None
    # A receipt or a command stays what it was; a record may have been written again since.
    as_of_zh, as_of_en = _as_of(found.height) if claim.shown else ("", "")
    return {
        "verified": True,
        "chain": found.chain,
        "claim": claim.kind,
        "key": claim.key or None,
        "map": None if claim.shown is None else volume or "main",
        "content": _content(claim.content) if claim.content else None,
        "result_code": claim.code if claim.kind == "receipt" else None,
        "height": found.height,
        "sealed_height": found.sealed_height,
        "sealed_time": sealed,
        "header_hash": to_hex(found.header_hash),
        "by": list(found.by),
        "not_judged": list(found.not_judged),
        "validators": list(found.validators),
        "power": found.power,
        "total_power": found.total_power,
        "history_size": found.history_size,
        "checkpoint_signed_by": [
            {"name": each.key.name, "countersigned_time_s": each.time_s}
            for each in found.checkpoint_signed_by
        ],
        "trusting": found.trusting,
        "zh": f"已核验：账本 {found.chain} 第 {found.height} 块，{where}{what_zh}"
        f"（{sealed} 封存）；依据：{by_zh}；{trust_zh}。{as_of_zh}",
        "en": f"Verified: ledger {found.chain}, block {found.height}, {where}{what_en} "
        f"(sealed {sealed}); by {by_en}; {trust_en}.{as_of_en}",
    }


def _as_of(height: int) -> tuple[str, str]:
    """Return in words of which moment a record or an absence is proven."""
    return (
        f"这是截至第 {height} 块的情形，此后有无更正不在其中。",
        f" This is as of block {height}: whether it was corrected later is not shown.",
    )


def _by(found: bundle.Verified) -> tuple[str, str]:
    """Return in words what the proof rests on."""
    zh, en = [], []
    if "validators" in found.by:
        names = "、".join(found.validators)
        zh.append(f"{names} 签署（{found.power}/{found.total_power}）")
        en.append(f"the signatures of {names} ({found.power} of {found.total_power})")
    if "checkpoint" in found.by:
        signers = [each.key.name for each in found.checkpoint_signed_by]
        zh.append(
            f"规模 {found.history_size} 的检查点（"
            + (f"签名：{'、'.join(signers)}" if signers else "未核对签名，以检查点本身为准")
            + "）"
        )
        en.append(
            f"the checkpoint of size {found.history_size} ("
            + (
                f"signed by {', '.join(signers)}"
                if signers
                else "no signature checked: trusted as found"
            )
            + ")"
        )
    return "；".join(zh), " and ".join(en)


def answer_json(found: dict[str, object]) -> str:
    """Return an answer of `run` as one JSON document."""
    return json.dumps(found, ensure_ascii=False, indent=1)
