"""The command line as an operator, a clerk, a witness and an auditor use it."""

import base64
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import yaml

from mingzhang.cli import demo
from mingzhang.cli.casebook import ROOT
from tests import doors
from tests.acceptance.town import credit_code

WHO = "dg-rehab/hospital.finance"


def said(answer, code=0):
    assert answer.returncode == code, answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr
    return answer.stdout


def told(*args, code=0):
    return json.loads(said(doors.cli(*args), code))


def draft(folder, **changes):
    """Write a draft of the hospital's city, its node's key, its salt and a clerk's key."""
    plain = yaml.safe_load((ROOT / "cases/dg-hospital/genesis.yaml").read_text(encoding="utf-8"))
    key = told("keygen", str(folder / "node.key"))
    plain["validators"] = [{"organisation": plain.pop("operator"), "public_key": key["public_key"]}]
    plain.update(told("salt", str(folder / "salt")))
    clerk = told("keygen", str(folder / "clerk.key"))
    for person in plain["rooms"]["identity"]["persons"]:
        if person["id"] == "p-hospital-finance":
            person["keys"] = [{"public_key": clerk["public_key"], "label": "own"}]
    plain.update(changes)
    (folder / "draft.yaml").write_text(yaml.safe_dump(plain, allow_unicode=True))
    return clerk["kid"]


def init(folder, home="home", **other):
    given = {"genesis": "draft.yaml", "key": "node.key", "salt": "salt", **other}
    options = [each for name, file in given.items() for each in (f"--{name}", str(folder / file))]
    return doors.cli("init", str(folder / home), *options)


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A folder with a home that `init` made, and the clerk's key id."""
    folder = tmp_path_factory.mktemp("operator")
    kid = draft(folder)
    said(init(folder))
    return folder, kid


@pytest.fixture
def served(begun):
    """The home run by `mingzhang run`; yields its address."""
    folder, kid = begun
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("mingzhang")
    command = [str(program), "run", str(folder / "home"), "--port", str(port)]
    command += ["--origin", "HTTPS://mz.Example:443/"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as running:
        try:
            url = f"http://127.0.0.1:{port}"
            demo._wait_until_up(url)
            yield folder, kid, url
        finally:
            running.send_signal(signal.SIGINT)
            output, _ = running.communicate(timeout=60)
            assert b"Traceback" not in output, output.decode()


def test_a_key_or_a_salt_is_never_written_over(begun):
    folder, _ = begun
    before = (folder / "node.key").read_text()
    for command in ("keygen", "salt"):
        assert "exists already" in doors.cli(command, str(folder / "node.key")).stderr
    assert (folder / "node.key").read_text() == before
    assert (folder / "node.key").stat().st_mode & 0o777 == 0o600


def test_a_key_signs_for_the_addresses_that_are_named_at_the_start(served):
    *_, url = served
    for origin, status in (("https://mz.example", 200), (url, 403), ("null", 403)):
        answer = httpx.post(f"{url}/api/session/challenge", headers={"Origin": origin})
        assert answer.status_code == status


@pytest.mark.parametrize("typed", ["mz.example", "https://mz.example/desk", "https://mz:port"])
def test_what_is_no_address_of_a_site_starts_no_node(begun, typed):
    folder, _ = begun
    answer = doors.cli("run", str(folder / "home"), "--origin", typed)
    assert answer.returncode == 2
    assert typed in answer.stderr


def test_what_init_keeps_is_whole_and_begins_the_same_ledger_elsewhere(begun):
    folder, _ = begun
    whole = json.loads((folder / "home/genesis.json").read_text())
    assert "library" not in whole["rooms"]["contracts"]
    assert whole["rooms"]["identity"]["roles"]
    said(init(folder, "twin", genesis="home/genesis.json"))
    for home in ("home", "twin"):
        assert not told("audit", str(folder / home), "--json")["differences"]
    heads = {told("audit", str(folder / home), "--json")["app_hash"] for home in ("twin",)}
    assert len(heads) == 1


@pytest.mark.parametrize(
    ("other", "told_what"),
    [
        ({"home": "home"}, "choose"),
        ({"home": "x", "salt": "node.key"}, "salt"),
        ({"home": "x", "key": "clerk.key"}, "validators"),
        ({"home": "x", "genesis": "nothing.yaml"}, "cannot be read"),
        ({"home": "x", "key": "draft.yaml"}, "hex"),
    ],
)
def test_init_refuses_what_does_not_fit_and_writes_nothing(begun, other, told_what):
    folder, _ = begun
    answer = init(folder, **other)
    assert answer.returncode == 2
    assert told_what in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (folder / "x").exists()


def test_a_draft_naming_no_contract_of_the_library_is_told_which_there_are(tmp_path):
    draft(tmp_path)
    path = tmp_path / "draft.yaml"
    path.write_text(path.read_text().replace("payment-control", "payment-contrl"))
    answer = init(tmp_path)
    assert answer.returncode == 2
    assert "payment-contrl" in answer.stderr
    assert "payment-control" in answer.stderr


def test_a_draft_without_an_access_contract_is_refused_and_told_which_to_take(tmp_path):
    draft(tmp_path)
    path = tmp_path / "draft.yaml"
    plain = yaml.safe_load(path.read_text())
    plain["rooms"]["contracts"]["library"].remove("access-levels")
    path.write_text(yaml.safe_dump(plain, allow_unicode=True))
    answer = init(tmp_path)
    assert answer.returncode == 2
    assert "identity.access" in answer.stderr
    assert "access-levels" in answer.stderr
    assert not (tmp_path / "home" / "ledger").exists()


def test_a_draft_naming_another_crypto_suite_is_refused(tmp_path):
    draft(tmp_path, crypto="sm2-sm3-sm4")
    answer = init(tmp_path)
    assert answer.returncode == 2
    assert "ed25519-sha256-aes256gcm" in answer.stderr
    assert not (tmp_path / "home").exists()


def payee(number):
    return (
        *("--payee", f"payee-{number}", "--title", "某医疗器械有限公司"),
        *("--payee-class", "supplier", "--credit-code", credit_code("CL1", number)),
        *("--account", f"102581000001:622202000000{number:04d}"),
    )


@pytest.mark.feature("H8", "state final")
@pytest.mark.feature("H8", "state unknown")
def test_a_clerk_signs_with_a_key_of_her_own_and_asks_what_became_of_it(served):
    _, kid, url = served
    give = ("do", "execution.payee.register", *payee(1), "--as", WHO, "--url", url, "--json")
    key = ("--key", str(served[0] / "clerk.key"))
    answer = told(*give, *key)
    assert answer["state"] == "final"
    again = told("status", kid, answer["receipt"]["id"], "--url", url)
    assert again["state"] == "final"
    refused = told(*give, *key, code=1)
    assert refused["code"]
    assert refused["title_zh"]
    unknown = told("status", kid, "A" * 22, "--url", url)
    assert unknown["state"] == "unknown"


def test_who_was_added_signs_in_by_password_with_her_own_key(served):
    folder, _, url = served
    home, key = str(folder / "home"), str(folder / "clerk.key")
    secret = {"MZ_PASSWORD": "correct horse battery"}
    made = doors.cli("adduser", home, "finance", "p-hospital-finance", "--key", key, env=secret)
    assert json.loads(said(made))["person"] == "p-hospital-finance"
    taken = doors.cli("adduser", home, "finance", "p-hospital-finance", env=secret)
    short = doors.cli("adduser", home, "other", "p-bank", env={"MZ_PASSWORD": "short"})
    nowhere = doors.cli("adduser", str(folder), "other", "p-bank", env=secret)
    for refused, why in ((taken, "taken"), (short, "characters"), (nowhere, "No ledger")):
        assert refused.returncode == 2
        assert why in refused.stderr
    asked = ["get", "views/funds_cells", "--user", "finance", "--url", url, "--json"]
    assert json.loads(said(doors.cli(*asked, env=secret)))["rows"] == []


def test_what_a_clerk_mistypes_is_told_and_sends_nothing(served):
    _, _, url = served
    missing = doors.cli("do", "execution.payee.register", "--as", WHO, "--url", url)
    assert missing.returncode == 2
    assert "--payee" in missing.stderr
    kind = doors.cli("do", "execution.payee.regster", "--url", url)
    assert kind.returncode == 2
    nobody = doors.cli("do", "execution.payee.register", *payee(2), "--as", WHO, "--url", url)
    assert nobody.returncode == 2
    assert "--key" in nobody.stderr
    assert "execution.payment.request/1" in said(doors.cli("do", "--help"))


def test_a_node_that_does_not_answer_is_told_so():
    answer = doors.cli("get", "blocks", "--url", "http://127.0.0.1:1")
    assert answer.returncode == 2
    assert "连接不上网关" in answer.stderr


def test_commands_on_a_folder_without_ledger_say_so(tmp_path):
    for command in ("audit", "rebuild", "run"):
        answer = doors.cli(command, str(tmp_path))
        assert answer.returncode == 2, command
        assert answer.stderr.strip()
        assert "Traceback" not in answer.stderr


def test_views_are_rebuilt_from_the_journal_and_the_ledger_audits_clean(begun):
    folder, _ = begun
    said(doors.cli("rebuild", str(folder / "home"), "--views", f"sqlite:///{folder / 'v.sqlite'}"))
    report = told("audit", str(folder / "home"), "--json")
    assert report["differences"] == []
    assert report["records"] > 50


def test_anyone_reads_public_tables_and_a_signed_in_clerk_reads_her_own(town):
    public = told("get", "views/execution_payments", "limit=3", "--url", town.url, "--json")
    assert public["rows"]
    assert all("account" not in row for row in public["rows"])
    signed_in = ("--user", "hospital.finance", "--password", town.loaded.password, "--as", WHO)
    town.loaded.service.sign_in_rate._buckets.clear()
    own = told(
        "get", "views/execution_payments", "limit=3", "--url", town.url, "--json", *signed_in
    )
    assert all(row["account"] for row in own["rows"])
    assert "截至区块" in said(doors.cli("get", "views/disclosure_figures", "--url", town.url))


def test_a_dry_run_answers_as_the_rule_would_and_records_nothing(town):
    asked = town.payment(amount_fen=900_000_000_000)
    before = town.loaded.node.engine.height
    town.loaded.service.sign_in_rate._buckets.clear()
    options = [
        each
        for name, value in asked.items()
        for each in (f"--{name.replace('_', '-')}", str(value))
    ]
    refused = told(
        "do",
        "execution.payment.request",
        *options,
        *("--user", "hospital.clerk", "--password", town.loaded.password),
        *("--as", "dg-rehab/hospital.clerk", "--url", town.url, "--dry", "--json"),
        code=1,
    )
    assert refused["facts"]["clause"]
    assert town.loaded.node.engine.height == before


@pytest.mark.feature("H8", "foreign witness countersigns")
def test_a_witness_countersigns_and_a_citizen_verifies_offline(town, tmp_path):
    (tmp_path / "witness").write_text((town.loaded.home / "audit-office.key").read_text())
    root = tmp_path / "checkpoint.note"
    countersign = (
        "countersign",
        *("--key", str(tmp_path / "witness"), "--name", demo.WITNESS),
        *("--url", town.url, "--out", str(root)),
    )
    assert doors.cli(*countersign, stdin="n\n").returncode == 1  # "is this the key …?" at first
    assert not root.exists()
    first = json.loads(said(doors.cli(*countersign, stdin="y\n")))
    signed = told(*countersign)  # and never again
    assert signed["size"] >= first["size"]
    figure = town.anyone.get("/api/views/disclosure_figures", params={"limit": 1}).json()["rows"][0]
    path = f"/api/proofs/records/disclosure/figure/{figure['id']}"
    bundle = town.anyone.get(path, params={"older": signed["size"]}).content
    (tmp_path / "figure.json").write_bytes(bundle)
    trusted = ("--root", str(root), "--key", signed["verifier_key"], "--json")
    answer = told("verify", str(tmp_path / "figure.json"), *trusted)
    assert answer["verified"]
    other = told("keygen", str(tmp_path / "stranger.key"))["public_key"]
    assert other not in signed["verifier_key"]
    claimed = json.loads(bundle)
    record = base64.b64decode(claimed["claim"]["record"])
    claimed["claim"]["record"] = base64.b64encode(record.replace(b'_fen":', b'_fen":1', 1)).decode()
    (tmp_path / "figure.json").write_text(json.dumps(claimed))
    forged = told("verify", str(tmp_path / "figure.json"), *trusted, code=1)
    assert not forged["verified"]
    assert base64.b64decode(claimed["claim"]["record"]) != record
    assert forged["zh"]
    stranger = doors.cli(
        "countersign",
        *("--key", str(tmp_path / "stranger.key"), "--name", "somebody", "--url", town.url),
        *("--ledger-key", town.anyone.get("/api/keys").json()["node"]),
    )
    assert stranger.returncode == 1
    remembered = json.loads((tmp_path / "witness.seen.json").read_text())
    remembered["root"] = "ab" * 32  # as if another history had been shown before
    (tmp_path / "witness.seen.json").write_text(json.dumps(remembered))
    changed = doors.cli(*countersign)
    assert changed.returncode == 2
    assert "does not continue" in changed.stderr
