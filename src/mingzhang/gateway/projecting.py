"""The projector in a process of its own: it takes no time from those who submit and read."""

from sqlalchemy import Engine

from mingzhang.child import Child
from mingzhang.consensus.home import Node

PROGRAM = "mingzhang.gateway.projecting_process"


class ProjectingProcess:
    """Brings the views of a running node forward. To be used by one thread."""

    def __init__(self, node: Node, rules: str, views: Engine) -> None:
        """Start it. `rules` as `Node` takes it; `views` is the views' database."""
        ledger = str(node.home / "ledger")
        arguments = [ledger, rules, str(node.application.version)]
        self._child = Child(PROGRAM, arguments, [True, False])
        self._heights, self._reached = self._child.pipes
        # Not among the arguments, which everybody on this machine can read: it may hold a password.
        self._heights.send(views.url.render_as_string(hide_password=False))

    def catch_up(self, until: int) -> int:
        """Project up to a committed height; return the height reached. Raises `RuntimeError`."""
        try:
            self._heights.send(until)
            reached: int | str = self._reached.recv()
        except (EOFError, OSError) as error:
            raise RuntimeError(f"the process that projects has ended: {error!r}") from error
        if isinstance(reached, str):
            raise RuntimeError(reached)  # noqa: TRY004 - what went wrong there, in words
        return reached

    def close(self) -> None:
        """End it, after the step at hand."""
        self._child.close()
