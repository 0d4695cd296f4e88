"""PostgreSQL driven through the same lifecycle, for comparison: encumber, approve, pay.

Debian's package, a lean schema (lines and payments; no events, no signatures, no rules), 16
clients, `synchronous_commit=on`. `pgbench` drives it with a script of ours, three committed
transactions a
lifecycle, or one.
"""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CLIENTS = 16
BEGIN, END = "BEGIN;\n", "COMMIT;\n"
SCHEMA = """
CREATE TABLE line (id int PRIMARY KEY, allotted bigint NOT NULL CHECK (allotted >= 0),
  encumbered bigint NOT NULL CHECK (encumbered >= 0), paid bigint NOT NULL);
CREATE TABLE payment (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line int NOT NULL, amount bigint NOT NULL, state text NOT NULL, at timestamptz DEFAULT now());
INSERT INTO line SELECT n, 1000000000000, 0, 0 FROM generate_series(1, {lines}) n;
"""
DRAW = "\\set l random(1, {lines})\n\\set a random(1, 100000)\n"
ENCUMBER = """UPDATE line SET allotted = allotted - :a, encumbered = encumbered + :a
  WHERE id = :l AND allotted >= :a;
INSERT INTO payment (line, amount, state) VALUES (:l, :a, 'requested') RETURNING id AS p \\gset
"""
APPROVE = "UPDATE payment SET state = 'approved' WHERE id = :p AND state = 'requested';\n"
PAY = """UPDATE line SET encumbered = encumbered - :a, paid = paid + :a WHERE id = :l;
UPDATE payment SET state = 'paid' WHERE id = :p AND state = 'approved';
"""


class Missing(Exception):
    """PostgreSQL's programs are not on this machine; the message says what to install."""


def programs() -> Path:
    """Return the folder of PostgreSQL's server programs. Raises `Missing`."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise Missing("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return found[-1].parent


@contextmanager
def server(lines: int) -> Iterator["Postgres"]:
    """Run a server of its own in a new folder, with the schema; stop it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="mz-bench-pg-"))
    as_user = _unprivileged(folder)
    postgres = Postgres(programs(), folder, as_user)
    try:
        postgres.start(lines)
        yield postgres
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> list[str]:
    """Return how to run as somebody but root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return []
    who = pwd.getpwnam("postgres")
    os.chown(folder, who.pw_uid, who.pw_gid)
    return ["setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups"]


class Postgres:
    """One server, reached through a socket in its folder."""

    def __init__(self, programs: Path, folder: Path, as_user: list[str]) -> None:
        self._programs = programs
        self._folder = folder
        self._as_user = as_user
        self._lines = 0

    def start(self, lines: int) -> None:
        """Make the cluster, start it, and create the schema with so many lines."""
        self._lines = lines
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-A", "trust", "-U", "bench", "--no-sync")
        options = f"-k {self._folder} -c listen_addresses= -c synchronous_commit=on"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", data, "-w", "-o", options, "-l", log, "start")
        self._run("psql", *self._to(), "-q", "-c", SCHEMA.format(lines=lines))

    def stop(self) -> None:
        """Stop the server at once."""
        data = str(self._folder / "data")
        self._run("pg_ctl", "-D", data, "-m", "immediate", "stop", check=False)

    def lifecycles_per_s(self, seconds: int, *, transactions: int = 3) -> float:
        """Return lifecycles a second over a run, each as three committed transactions or one."""
        parts = (ENCUMBER, APPROVE, PAY)
        if transactions == 1:
            body = BEGIN + "".join(parts) + END
        else:
            body = "".join(BEGIN + part + END for part in parts)
        script = self._folder / f"lifecycle-{transactions}.sql"
        script.write_text(DRAW.format(lines=self._lines) + body)
        script.chmod(0o644)
        shown = self._run(
            "pgbench", *self._to(), "-n", "-c", str(CLIENTS), "-j", "2", "-T", str(seconds),
            "-f", str(script),
        )  # fmt: skip
        return float(re.search(r"tps = ([0-9.]+)", shown)[1])  # type: ignore[index]

    def _to(self) -> list[str]:
        return ["-h", str(self._folder), "-U", "bench", "-d", "postgres"]

    def _run(self, program: str, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            [*self._as_user, str(self._programs / program), *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=self._folder,
        )
        if check and done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stderr[-500:]}")
        return done.stdout
