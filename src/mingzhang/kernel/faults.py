"""What stops a node: our machine failed, others may not have."""


class NodeFault(BaseException):
    """This node must stop, because what happened here may not have happened on the others.

    A `BaseException`, so that no `except Exception` on the way can turn a failed read into a
    refusal on one node only (design section 3). `what` failed, `where`, and the `remedy`.
    """

    def __init__(self, what: str, where: str, remedy: str) -> None:
        super().__init__(what, where, remedy)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what} ({self.where}). {self.remedy}"


class InvariantBroken(Exception):
    """What must not exist: our own error. In a command it becomes KER-00; committed, a stop."""


OF_THE_MACHINE: tuple[type[BaseException], ...] = (MemoryError, RecursionError, OSError)
"""Anywhere in an exception's chain, these speak of this machine and not of the command."""
