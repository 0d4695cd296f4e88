"""`mingzhang snapshot`, `mingzhang restore`: a ledger's state carried to another machine.

A restorer brings what he trusts: his own genesis file, validators, or a checkpoint from elsewhere
(spec/snapshot.md).
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from mingzhang.app import VERSIONS
from mingzhang.cli.jurisdiction import read_draft
from mingzhang.cli.shown import OUT, as_json, fail
from mingzhang.consensus import snapshot as snapshots
from mingzhang.consensus.genesis import GenesisRefused
from mingzhang.consensus.home import NodeKey
from mingzhang.consensus.restore import Trusted, restore_snapshot
from mingzhang.consensus.snapshot import SnapshotRefused, snapshot_home
from mingzhang.kernel.faults import NodeFault
from mingzhang.ledger.store import Store
from mingzhang.verify.reasons import Rejected
from mingzhang.verify.root import TrustRoot, both, parse_keys, read_root
from mingzhang.views.projector import Projector, ViewsRefused, open_views

ROOTS_MAX = 2


def snapshot(
    home: Annotated[Path, typer.Argument(help="the node's folder 节点目录")],
    file: Annotated[Path, typer.Argument(help="a new snapshot file 新快照文件")],
    json_: Annotated[bool, typer.Option("--json", help="print JSON")] = False,  # noqa: FBT002 - a flag of typer's
) -> None:
    """Write a ledger's state into one file, mode 600; the node may run 制作快照.

    It holds every record and every salt: keep it as secret as the node's own folder.
    """
    try:
        with Progress(disable=json_, transient=True) as progress:
            task = progress.add_task("写入记录 writing records", total=None)
            made = snapshot_home(home, file, VERSIONS, lambda n: progress.update(task, completed=n))
    except (NodeFault, GenesisRefused, SnapshotRefused, OSError) as refused:
        fail(str(refused))
    if json_:
        as_json(snapshots.as_json(made))
        return
    OUT.print(
        f"快照已写入 snapshot written: {file}（区块 block {made.height}，"
        f"{made.counts.leaves} 条记录 records，app hash {made.app_hash}）"
    )


def restore(
    file: Annotated[Path, typer.Argument(help="the snapshot 快照文件")],
    home: Annotated[Path, typer.Argument(help="the new node's folder 新节点目录")],
    key: Annotated[Path, typer.Option(help="the node's key file 节点密钥")],
    genesis: Annotated[Path | None, typer.Option(help="your own genesis file 创世文件")] = None,
    root: Annotated[
        list[Path] | None, typer.Option(help="checkpoint or validators that you trust 信任根")
    ] = None,
    signed_by: Annotated[
        list[str] | None, typer.Option(help="verifier key that must have signed the checkpoint")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="print JSON")] = False,  # noqa: FBT002 - a flag of typer's
) -> None:
    """Make a node's folder from a snapshot that is verified against what you trust 恢复节点."""
    try:
        trusted = Trusted(
            None if genesis is None else read_draft(genesis), _root(root or [], signed_by or [])
        )
        own = NodeKey(bytes.fromhex(key.read_text().strip()))
        with Progress(disable=json_, transient=True) as progress:
            task = progress.add_task("核验快照 verifying", total=None)
            made = restore_snapshot(
                file,
                home,
                VERSIONS,
                own,
                trusted,
                lambda at, size: progress.update(task, completed=at, total=size),
            )
        shown = refill(home, None, quiet=json_)
    except Rejected as rejected:
        fail(f"{rejected.zh}{rejected.en}")
    except (
        NodeFault,
        GenesisRefused,
        SnapshotRefused,
        ViewsRefused,
        OSError,
        ValueError,
    ) as refused:
        fail(str(refused))
    if json_:
        as_json({**snapshots.as_json(made), "views_height": shown})
        return
    OUT.print(
        f"节点已恢复 node restored: {home}（区块 block {made.height}，"
        f"{made.counts.leaves} 条记录 records，app hash {made.app_hash}）\n"
        "原节点须停用：同一密钥只能运行一个节点。"
        "The node that it was taken from must stay stopped: one key runs one node."
    )


def refill(home: Path, views: str | None, *, quiet: bool = False) -> int:
    """Fill a home's views anew and return the height that they show. The node must be stopped.

    Raises `NodeFault` or `ViewsRefused`.
    """
    store = Store.open(home / "ledger")
    try:
        engine = open_views(views or f"sqlite:///{home / 'views.sqlite'}")
        with Progress(disable=quiet, transient=True) as progress:
            task = progress.add_task("重建 rebuilding", total=store.committed_height)
            projector = Projector(store, VERSIONS[max(VERSIONS)], engine)
            height = projector.rebuild(lambda at: progress.update(task, completed=at))
        engine.dispose()
    finally:
        store.close()
    return height


def _root(files: list[Path], keys: list[str]) -> TrustRoot | None:
    """Return the root in a checkpoint, a list of validators, or one of each. Raises `Rejected`."""
    if len(files) > ROOTS_MAX:
        raise Rejected("root-malformed", f"--root × {len(files)}")
    found: TrustRoot | None = None
    for path in files:
        wire = path.read_bytes()
        one = read_root(wire, () if wire.startswith(b"{") else parse_keys(keys))
        if found is None:
            found = one
        elif found.head is None and one.head is not None:
            found = both(one, found)
        elif found.head is not None and one.head is None:
            found = both(found, one)
        else:
            raise Rejected("root-malformed", f"{path}: 同类信任根 two roots of one kind")
    return found
