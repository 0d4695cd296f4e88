"""A witness, and who signs commands, before an honest server and before one that lies."""

import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from mingzhang.cli.client import CallFailed, Client, KeyFile
from mingzhang.cli.witness import Seen, Witness, WitnessRefused
from mingzhang.verify import merkle, note
from mingzhang.verify.encodings import to_base64
from tests.engine import small
from tests.engine.small import ANN, NODE, Add

OWN_KEY = note.format_key(note.VerifierKey("small", note.ED25519, NODE.public_key))


def leaves(*names):
    return [merkle.leaf_hash(name.encode()) for name in names]


def signed_note(history, chain="small", key=NODE, size=None):
    text = note.format_checkpoint(
        note.Checkpoint(chain, size or len(history), merkle.root_of_hashes(history), ())
    )
    line = note.sign(text, chain, key.public_key, key.sign)
    return note.format_note(note.Note(text, (line,)))


class Liar:
    """A server that shows whatever note it is told to, and proofs over a history of its own."""

    def __init__(self):
        self.shown, self.history, self.taken = b"", [], []
        self.before_taken = lambda: None
        liar = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                path = urlsplit(self.path)
                if path.path == "/healthz":
                    self._send(200, b'{"chain": "other", "now_ms": 1800000000000}')
                    return
                if path.path == "/api/checkpoint":
                    self._send(200, liar.shown)
                    return
                older = int(parse_qs(path.query)["older"][0])
                proof = merkle.consistency(liar.history, min(older, len(liar.history)))
                self._send(200, json.dumps({"hashes": [to_base64(h) for h in proof]}).encode())

            def do_POST(self):
                liar.before_taken()
                liar.taken.append(self.rfile.read(int(self.headers["content-length"])))
                self._send(204, b"")

            def _send(self, status, body):
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def show(self, history, **changed):
        self.history, self.shown = history, signed_note(history, **changed)

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def liar():
    liar = Liar()
    yield liar
    liar.close()


@pytest.fixture
def client(liar):
    with Client(liar.url) as client:
        yield client


@pytest.fixture
def witness(tmp_path):
    (tmp_path / "key").write_text((b"w" * 32).hex())
    return Witness(tmp_path / "key", "audit-office")


def test_a_witness_goes_on_with_an_honest_ledger_and_remembers_it(service, url, witness, tmp_path):
    with Client(url) as client:
        sizes = []
        for n in range(3):
            wire = ANN(Add(counter="witnessed", amount_fen=n))
            assert service.node.engine.submit(wire).result(20).outcome.code == 0
            witness.countersign(client, OWN_KEY)
            sizes.append(witness.seen.size)
        again = witness.countersign(client, OWN_KEY)  # the same checkpoint may be signed again
        kept = client.http.get("/api/checkpoint/countersigned").content
    shutil.rmtree(service.node.home / "checkpoints")  # the node is other tests' too
    assert sizes == sorted(dict.fromkeys(sizes))
    root = note.parse_checkpoint(note.parse_note(again).text).root.hex()
    assert Witness(tmp_path / "key", "audit-office").seen == Seen(OWN_KEY, sizes[-1], root)
    known = [note.parse_key(OWN_KEY), note.parse_key(witness.verifier_key)]
    assert len(note.verify_note(note.parse_note(kept), known)) == 2


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        (leaves("a", "b", "c"), leaves("a", "b", "x"), "does not continue"),
        (leaves("a", "b", "c"), leaves("a", "x", "c", "d"), "does not continue"),
        (leaves("a", "b", "c", "d"), leaves("a", "b", "c"), "shorter"),
        (leaves("a", "b", "c", "d"), leaves("x"), "shorter"),
    ],
    ids=["same size", "grown from another", "cut off", "begun anew"],
)
def test_what_does_not_continue_what_was_signed_is_refused_and_nothing_is_sent(
    liar, client, witness, first, then, words
):
    liar.show(first)
    witness.countersign(client, OWN_KEY)
    before = witness.seen
    liar.show(then)
    with pytest.raises(WitnessRefused, match=words):
        witness.countersign(client, OWN_KEY)
    assert len(liar.taken) == 1
    assert witness.seen == before
    liar.show([*first, *leaves("e")])
    witness.countersign(client, OWN_KEY)
    assert witness.seen.size == len(first) + 1


def test_a_proof_of_another_form_is_no_proof(liar, client, witness):
    liar.show(leaves("a", "b"))
    witness.countersign(client, OWN_KEY)
    liar.show(leaves("a", "b", "c"))
    liar.history = leaves("a", "x", "c", "d", "e")
    with pytest.raises(WitnessRefused, match="does not continue"):
        witness.countersign(client, OWN_KEY)


def test_another_ledger_another_key_and_a_note_the_ledger_did_not_sign_are_refused(
    liar, client, witness
):
    stranger = small.STRANGER.signer
    other = note.format_key(note.VerifierKey("other", note.ED25519, NODE.public_key))
    own = note.format_key(note.VerifierKey("x", note.COSIGNATURE, stranger.public_key))
    for changed, key in (
        ({"key": stranger}, OWN_KEY),
        ({"chain": "other"}, OWN_KEY),
        ({}, other),
        ({}, own),
        ({}, "no key"),
    ):
        liar.show(leaves("a"), **changed)
        with pytest.raises(WitnessRefused):
            witness.countersign(client, key)
    assert (liar.taken, witness.seen) == ([], None)
    liar.show(leaves("a"))
    witness.countersign(client, OWN_KEY)
    liar.show(leaves("a", "b"), chain="other")
    with pytest.raises(WitnessRefused, match="another one than"):
        witness.countersign(client, other)
    assert len(liar.taken) == 1


def test_a_witness_remembers_before_its_signature_leaves_and_never_guesses(
    liar, client, witness, tmp_path
):
    liar.show(leaves("a", "b"))
    seen = []
    liar.before_taken = lambda: seen.append(witness.seen)
    witness.countersign(client, OWN_KEY)
    assert seen == [witness.seen]
    assert seen[0].size == 2
    (tmp_path / "key.seen.json").write_text("{}")
    with pytest.raises(WitnessRefused, match="backup"):
        witness.countersign(client, OWN_KEY)
    assert len(liar.taken) == 1


def test_the_ledger_proves_only_histories_that_it_has_had(http, service):
    assert service.node.engine.submit(ANN(Add(counter="a", amount_fen=1))).result(20)
    size = note.parse_checkpoint(note.parse_note(http.get("/api/checkpoint").content).text).size
    for older, newer in ((2, 1), (0, size + 1_000), (-1, size)):
        answer = http.get(f"/api/checkpoint/consistency?older={older}&newer={newer}")
        assert (answer.status_code, answer.json()["code"]) == (404, "GAT-18")
    with Client(str(http.base_url)) as client, pytest.raises(CallFailed):
        client.consistency(0, size + 1_000)


def test_a_key_that_has_signed_for_one_ledger_is_not_made_to_sign_for_another(url, liar, tmp_path):
    (tmp_path / "key").write_text((b"a" * 32).hex())
    command = ("count.add/1", {"counter": "a", "amount_fen": 1}, ("bureau", "clerk"))
    with Client(url) as client, Client(liar.url) as other:
        for _ in range(2):
            token = client.signed(KeyFile.read(tmp_path / "key"), *command)
            assert client.submit(token)["accepted"]
        with pytest.raises(ValueError, match="nothing was signed"):
            other.signed(KeyFile.read(tmp_path / "key"), *command)
    assert (tmp_path / "key.chain").read_text() == "small\n"
