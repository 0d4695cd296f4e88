"""`mingzhang do KIND …`: one subcommand for each command of the system, from the manifests."""

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from mingzhang.app import VERSIONS
from mingzhang.cli.client import Client, KeyFile
from mingzhang.cli.shown import answered, fail
from mingzhang.gateway.texts import title_of
from mingzhang.kernel.records import Command

URL = "http://127.0.0.1:8080"
_PLAIN = {"string": str, "integer": int, "boolean": bool}


class Kinds(click.Group):
    """The group `do`. Subcommands are kinds; the newest version unless one is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return all kinds, with their versions."""
        return sorted(VERSIONS[max(VERSIONS)].commands)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command for a kind, or None."""
        commands = VERSIONS[max(VERSIONS)].commands
        if name not in commands:
            versions = [kind for kind in commands if kind.partition("/")[0] == name]
            if not versions:
                return None
            name = max(versions, key=lambda kind: int(kind.partition("/")[2]))
        return _command(name, commands[name])


def _command(kind: str, command: type[Command]) -> click.Command:
    schema = msgspec.json.schema(command)
    definition = schema["$defs"][command.__name__]
    required = definition.get("required", [])
    options: list[click.Parameter] = [
        _option(name, part, required=name in required)
        for name, part in definition.get("properties", {}).items()
    ]
    options += [
        click.Option(["--as", "acting"], required=True, help="ORGANISATION/POST 以何单位、岗位"),
        click.Option(["--key"], type=click.Path(path_type=Path), help="key file 密钥文件"),
        click.Option(["--user"], help="sign in instead of --key 登录名"),
        click.Option(["--password"], envvar="MZ_PASSWORD", help="or $MZ_PASSWORD 密码"),
        click.Option(["--url"], default=URL, envvar="MZ_URL", help="gateway 网关地址"),
        click.Option(
            ["--on"],
            multiple=True,
            help="KEY=VERSION of a record seen, as `get records/KEY` shows it 所见记录及其版本",
        ),
        click.Option(["--dry"], is_flag=True, help="ask, record nothing 只试算"),
        click.Option(["--json", "as_json"], is_flag=True, help="print JSON"),
    ]
    doc = inspect.cleandoc(command.__doc__ or "")
    return click.Command(
        kind,
        params=options,
        callback=_callback(kind, list(definition.get("properties", {}))),
        help=f"{title_of(kind, 'zh-CN')} · {title_of(kind, 'en')}\n\n{doc}",
        short_help=f"{title_of(kind, 'zh-CN')} {title_of(kind, 'en')}",
    )


def _option(name: str, part: dict[str, Any], *, required: bool) -> click.Option:
    flag = f"--{name.replace('_', '-')}"
    plain = _plain(part)
    if plain is bool:
        return click.Option([f"{flag}/--no-{flag[2:]}", name], default=None)
    bounds = [
        f"{word} {part[member]}"
        for word, member in (("≥", "minimum"), ("≤", "maximum"), (">", "exclusiveMinimum"))
        if member in part
    ]
    values = _values(part)
    if values:
        return click.Option([flag, name], type=click.Choice(values), required=required)
    text = " ".join(bounds) if plain else "JSON"
    return click.Option([flag, name], type=plain or str, required=required, help=text)


def _alternatives(part: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a member may be but absent."""
    return [each for each in part.get("anyOf", [part]) if each.get("type") != "null"]


def _values(part: dict[str, Any]) -> list[str]:
    """Return the texts that a member may be, where it is one of a few."""
    kinds = _alternatives(part)
    values = kinds[0].get("enum", []) if len(kinds) == 1 else []
    return values if all(isinstance(each, str) for each in values) else []


def _plain(part: dict[str, Any]) -> type | None:
    """Return the type of a member that is no JSON; one that may also be absent is the same."""
    kinds = _alternatives(part)
    return _PLAIN.get(kinds[0].get("type", "")) if len(kinds) == 1 else None


def _callback(kind: str, fields: list[str]) -> Callable[..., None]:
    schema = msgspec.json.schema(VERSIONS[max(VERSIONS)].commands[kind])
    parts = schema["$defs"][VERSIONS[max(VERSIONS)].commands[kind].__name__]["properties"]

    def run(**given: Any) -> None:  # noqa: ANN401 - click passes the options
        body = {}
        for name in fields:
            value = given.pop(name)
            if value is None:
                continue
            try:
                is_text = _plain(parts[name]) or _values(parts[name])
                body[name] = value if is_text else json.loads(value)
            except ValueError:
                body[name] = value
        _give(kind, body, **given)

    return run


def _seen(text: str) -> tuple[str, str | None]:
    """Return a record's key and the version of it that its reader was shown; "" is none."""
    key, equals, version = text.rpartition("=")
    if not equals:
        fail(
            f"--on {text}：请写成 KEY=VERSION，版本见 get records/KEY。Write --on as KEY=VERSION; "
            "`get records/KEY` shows the version, empty where there is no record."
        )
    return key, version or None


def _give(
    kind: str,
    body: dict[str, Any],
    *,
    acting: str,
    key: Path | None,
    user: str | None,
    password: str | None,
    url: str,
    on: tuple[str, ...],
    dry: bool,
    as_json: bool,
) -> None:
    organisation, _, post = acting.partition("/")
    if not post:
        fail(f"--as {acting}：请写成 单位/岗位。Write --as as ORGANISATION/POST.")
    client = Client(url)
    with answered(as_json=as_json) as show:
        seen = dict(_seen(each) for each in on)
        if key is not None and not dry:
            token = client.signed(KeyFile.read(key), kind, body, (organisation, post), seen)
            show(client.submit(token))
            return
        if not user or not password:
            fail("需要 --key，或 --user 与 --password。Give --key, or --user and --password.")
        client.sign_in(user or "", password or "")
        show(client.act(kind, body, (organisation, post), seen, dry=dry))
