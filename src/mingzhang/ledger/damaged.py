"""Damage to stored bytes: a fault of this node that names what is damaged."""

from mingzhang.kernel.faults import NodeFault


class Damaged(NodeFault):
    """Stored bytes are not what was written: `collection`, `key` for people, and `why`."""

    def __init__(self, collection: str, key: str, why: str) -> None:
        super().__init__(
            f"存储损坏 stored data damaged: {why}",
            f"{collection} {key}",
            "停止本节点，核对磁盘，从快照恢复 Stop this node, check its disk, restore a snapshot.",
        )
        self.collection = collection
        self.key = key
        self.why = why

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.collection, self.key, self.why)
