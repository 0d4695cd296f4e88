"""The process that projects. Started by `projecting.ProjectingProcess`; ends with it.

It is sent the views' URL, then heights that are committed, and answers with the height that the
views show, or at last with the fault that stops it, in words.
"""

import contextlib
from multiprocessing.connection import Connection
from pathlib import Path

from mingzhang.consensus.executor_process import versions_of
from mingzhang.ledger.reader import StoreReader
from mingzhang.views.projector import Projector, open_views


def main(ledger: str, rules: str, version: str, heights_fd: str, reached_fd: str) -> None:
    """Project until the parent closes its end or is gone."""
    heights = Connection(int(heights_fd), writable=False)
    reached = Connection(int(reached_fd), readable=False)
    with contextlib.suppress(EOFError, BrokenPipeError):
        try:
            reader = StoreReader(Path(ledger))
            views = open_views(heights.recv())
            projector = Projector(reader, versions_of(rules)[int(version)], views)
            while True:
                height = heights.recv()
                reader.refresh()
                reached.send(projector.catch_up(height))
        except (EOFError, BrokenPipeError):
            raise
        except BaseException as fault:  # noqa: BLE001 - the views stop and /healthz says so
            reached.send(repr(fault))
