"""Bytes become one payload or none, whoever reads them and from however deep a stack."""

import json
import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingzhang.kernel.records import Command
from mingzhang.kernel.refusals import Malformed, PayloadMalformed
from mingzhang.kernel.scan import is_plain, read_body, read_payload, scan, too_deep
from mingzhang.kernel.values import Fen, Id

ID = "0190b5f0-0000-7000-8000-000000000000"


class Say(Command, frozen=True, kw_only=True):
    kind = "talk.say/1"

    what: Id
    amount_fen: Fen = 0


def payload(body=b"{}", **changed):
    members = {
        "chain": b'"c"',
        "id": f'"{ID}"'.encode(),
        "as": b'{"organisation":"o","post":"p"}',
        "kind": b'"talk.say/1"',
        "on": b"{}",
        "body": body,
        "expires": b"1",
        **changed,
    }
    return b"{" + b",".join(b'"%s":%s' % (k.encode(), v) for k, v in members.items()) + b"}"


@pytest.mark.parametrize(
    "body",
    [
        b'{"what":"x","amount_fen":9007199254740991}',
        rb'{"what":"\"[[[[[[[[[[[[[[[[[[[[[[[[\\"}',
        b'[{"a":1},{"a":1}]',
        b"[" * 15 + b"]" * 15,  # the payload itself is the sixteenth level
        b"[%s{}]" % (b"{}," * 20),  # side by side is not deeper
        b'{"n":-9007199254740991}',
    ],
)
def test_a_payload_within_bounds_is_read(body):
    assert bytes(read_payload(payload(body)).body) == body


@pytest.mark.parametrize(
    ("wire", "why"),
    [
        (b"", "JSON"),
        (b"[]", "JSON"),
        (b"{}", "$.chain"),
        (payload()[:-1], "JSON"),
        (payload() + b"1", "JSON"),
        (b"\xef\xbb\xbf" + payload(), "JSON"),
        (payload(b'"\xff"'), "UTF-8"),
        (payload(b"1").decode().encode("utf-16"), "UTF-8"),
        (payload(b"1.0"), "integer"),
        (payload(b"1e2"), "integer"),
        (payload(b"NaN"), "integer"),
        (payload(b"-Infinity"), "integer"),
        (payload(b"10000000000000000"), "16 digits"),
        (payload(b"-" + b"1" * 60_000), "16 digits"),
        (payload(b'{"a":1,"a":2}'), "twice"),
        (payload(rb'{"a":1,"\u0061":1}'), "twice"),
        (payload()[:-1] + b',"kind":"talk.say/1"}', "twice"),
        (payload(rb'"\ud800"'), "JSON"),
        (payload(b"[" * 16 + b"]" * 16), "deeper"),
        (payload(rb'["\\",%s]' % (b"[" * 15 + b"]" * 15)), "deeper"),
        (payload(b'{"a":' * 900 + b"1" + b"}" * 900), "deeper"),
        (b"[" * 100_000, "deeper"),
        (payload(extra=b"1"), "$.extra"),
        (payload(id=b'"x"'), r"$.id"),
        (payload(id=f'"{ID}\\n"'.encode()), r"$.id"),
        (payload(kind=b'"talk.say"'), r"$.kind"),
        (payload(chain=b"1"), r"$.chain"),
        (payload(**{"as": b'{"organisation":"o"}'}), r"$.as"),
        (payload(expires=b"-1"), r"$.expires"),
        (payload(on=b'{"k":1}'), r"$.on"),
        (payload(on=json.dumps({str(n): None for n in range(33)}).encode()), "32 keys"),
    ],
)
def test_anything_else_is_malformed_with_a_reason_of_ours(wire, why):
    with pytest.raises(PayloadMalformed) as caught:
        read_payload(wire)
    assert why in caught.value.reason


def test_ten_thousand_random_byte_strings_are_all_malformed():
    source = random.Random(8)
    for _ in range(10_000):
        with pytest.raises(PayloadMalformed):
            read_payload(source.randbytes(source.randrange(200)))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{}", "$"),
        (b'{"what":"x","amount_fen":-1}', "$.amount_fen"),
        (b'{"what":"x","amount_fen":9007199254740992}', "$.amount_fen"),
        (b'{"what":"x","amount_fen":"1"}', "$.amount_fen"),
        (b'{"what":"X"}', "$.what"),
        (rb'{"what":"x\n"}', "$.what"),
        (b'{"what":"x","note":"unknown"}', "$"),
    ],
)
def test_a_body_that_its_kind_does_not_have_names_the_field(body, field):
    with pytest.raises(Malformed) as caught:
        read_body(Say, "talk.say/1", msgspec.Raw(body))
    assert caught.value.field.startswith(field)


texts = st.text(st.sampled_from('"\\[]{}a,:'))
trees = st.recursive(texts, lambda t: st.lists(t) | st.dictionaries(texts, t), max_leaves=20)


def depth(tree):
    match tree:
        case str():
            return 0
        case dict():
            tree = list(tree.values())
    return 1 + max(map(depth, tree), default=0)


@given(trees, st.integers(10, 20))
def test_brackets_count_only_outside_strings(tree, lists):
    for _ in range(lists):
        tree = [tree]
    assert too_deep(json.dumps(tree)) == (depth(tree) > 16)


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False)
    | st.sampled_from([0, -1, 1.0, 1e22, 10**16, 10**16 - 1, -(10**16), "\u2028", "\x7f", "é"])
    | st.text(max_size=6)
)
values = st.recursive(
    scalars, lambda t: st.lists(t, max_size=3) | st.dictionaries(st.text(max_size=2), t, max_size=3)
)


@given(st.dictionaries(st.text(max_size=2), values, max_size=4), st.data())
def test_what_counts_as_plain_is_nothing_that_the_scanner_would_refuse(value, data):
    wire = msgspec.json.encode(value)
    at = data.draw(st.integers(0, len(wire)))
    other = data.draw(st.sampled_from([b"", b'"a":1,', b"[", b"{", b"}", b" ", b"e1", b".0", b"0"]))
    for each in (wire, wire[:at] + other + wire[at:], wire[:at] + other + wire[at + 1 :]):
        if is_plain(each):
            scan(each)


def test_what_a_client_writes_compactly_counts_as_plain_and_other_writing_does_not():
    assert is_plain(payload(b'{"what":"\xe5\x85\x83","amount_fen":9007199254740991}'))
    assert not is_plain(payload(b'{"what": "x"}'))
    assert not is_plain(payload(b'{"a":1,"a":2}'))
    assert not is_plain(payload(b"10000000000000000"))
    assert not is_plain(payload(b"1.5"))
    assert is_plain(payload(b"[[[[1]]]]"))
    assert not is_plain(payload(b"[[[[[1]]]]]"))
