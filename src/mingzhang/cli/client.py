"""A client of the HTTP API: signs commands with a key of its own, or acts while signed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx
import msgspec

from mingzhang.crypto import jws
from mingzhang.crypto.suite import Ed25519Suite, Signer
from mingzhang.gateway.commands import new_command_id
from mingzhang.verify.encodings import from_base64

SUITE = Ed25519Suite()
EXPIRES_AFTER_MS = 3_600_000
TIMEOUT_S = 60.0


class CallFailed(Exception):
    """The server said no: its problem document says why and what to do."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("title") or f"HTTP {status}")
        self.status = status
        self.problem = problem

    @property
    def code(self) -> str:
        """The permanent code of the refusal, or an empty text."""
        return str(self.problem.get("code", ""))

    @property
    def clause(self) -> str:
        """The clause that fired, where a contract refused."""
        return str(self.problem.get("facts", {}).get("clause", ""))


@dataclass(frozen=True)
class KeyFile:
    """A person's own key, kept outside any server: 32 bytes as hex in a file of mode 600.

    KEY.chain beside it names the ledger that the key signs for, from its first command on.
    """

    signer: Signer
    chain_file: Path | None = None

    @classmethod
    def read(cls, path: Path) -> "KeyFile":
        """Read a key file. Raises OSError or ValueError."""
        signer = SUITE.signer(bytes.fromhex(path.read_text().strip()))
        return cls(signer, path.with_name(f"{path.name}.chain"))

    def require_chain(self, chain: str) -> None:
        """Remember the ledger at the first time, and raise ValueError for another one later.

        Else a server could name another ledger that knows this key, and pass the command on to it.
        """
        if self.chain_file is None:
            return
        if not self.chain_file.exists():
            self.chain_file.write_text(f"{chain}\n", encoding="utf-8")
            return
        first = self.chain_file.read_text(encoding="utf-8").strip()
        if first != chain:
            raise ValueError(
                f"此密钥用于账本 {first}，而服务器称其为 {chain}；未签名。This key signs for the "
                f"ledger {first} and the server says it is {chain}: nothing was signed. Check the "
                f"address; for another ledger use another key, or remove {self.chain_file}."
            )

    @property
    def kid(self) -> str:
        """The key's thumbprint."""
        return SUITE.thumbprint(self.signer.public_key)


class Client:
    """Calls one gateway."""

    def __init__(self, base_url: str, acting: str = "") -> None:
        """Connect. `acting` is ``organisation/post``, for reads of what is not public."""
        headers = {"X-Acting": acting} if acting else {}
        self._http = httpx.Client(base_url=base_url, timeout=TIMEOUT_S, headers=headers)
        self._csrf = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    @property
    def http(self) -> httpx.Client:
        """The connection below, for what has no method here."""
        return self._http

    def health(self) -> dict[str, Any]:
        """Return the node's health, its chain and block time."""
        return dict(self._http.get("/healthz").json())

    def get(self, path: str, **params: Any) -> Any:  # noqa: ANN401 - the API's JSON
        """Return what a read answers. Raises `CallFailed`."""
        return _answer(self._http.get(path, params=params or None))

    def sign_in(self, user: str, password: str) -> None:
        """Sign in at this connection. Raises `CallFailed`."""
        answer = _answer(self._http.post("/api/session", json={"user": user, "password": password}))
        self._csrf = answer["csrf"]

    def act(
        self,
        kind: str,
        body: Mapping[str, Any],
        acting: tuple[str, str],
        on: Mapping[str, str | None] | None = None,
        *,
        dry: bool = False,
    ) -> dict[str, Any]:
        """Give a command while signed in, or ask what it would come to."""
        door = "dry-run" if dry else "commands"
        wanted = {
            "as": {"organisation": acting[0], "post": acting[1]},
            "on": dict(on or {}),
            "body": dict(body),
        }
        headers = {"X-CSRF-Token": self._csrf}
        return dict(_answer(self._http.post(f"/api/{door}/{kind}", json=wanted, headers=headers)))

    def signed(
        self,
        key: KeyFile,
        kind: str,
        body: Mapping[str, Any],
        acting: tuple[str, str],
        on: Mapping[str, str | None] | None = None,
    ) -> bytes:
        """Return a command signed with a key of one's own.

        Raises ValueError when the server is another ledger's than the key has signed for.
        """
        health = self.health()
        key.require_chain(health["chain"])
        payload = {
            "chain": health["chain"],
            "id": new_command_id(),
            "as": {"organisation": acting[0], "post": acting[1]},
            "kind": kind,
            "on": dict(on or {}),
            "body": dict(body),
            "expires": health["now_ms"] + EXPIRES_AFTER_MS,
        }
        return jws.sign(msgspec.json.encode(payload), key.signer, SUITE)

    def submit(self, token: bytes) -> dict[str, Any]:
        """Submit a signed command and return the answer. Raises `CallFailed`."""
        headers = {"Content-Type": "application/jose"}
        return dict(_answer(self._http.post("/api/commands", content=token, headers=headers)))

    def checkpoint(self) -> bytes:
        """Return the newest checkpoint, a signed note. Raises `CallFailed`."""
        response = self._http.get("/api/checkpoint")
        if response.is_error:
            _answer(response)
        return response.content

    def consistency(self, older: int, newer: int) -> tuple[bytes, ...]:
        """Return the proof that a longer history begins with a shorter one, not verified.

        Raises `CallFailed`, or ValueError for an answer of another shape.
        """
        answer = self.get("/api/checkpoint/consistency", older=older, newer=newer)
        try:
            return tuple(from_base64(each) for each in answer["hashes"])
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not a consistency proof") from error

    def post_note(self, signed: bytes) -> None:
        """Send back a countersigned checkpoint. Raises `CallFailed`."""
        response = self._http.post("/api/checkpoint/countersignatures", content=signed)
        if response.is_error:
            _answer(response)


def _answer(response: httpx.Response) -> Any:  # noqa: ANN401 - the API's JSON
    try:
        body = response.json()
    except ValueError:
        body = {"title": response.text[:200]}
    if response.is_error:
        raise CallFailed(response.status_code, body)
    return body
