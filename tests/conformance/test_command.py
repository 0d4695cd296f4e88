"""spec/command.md: its codes, bounds and example are those of the code."""

import json

from mingzhang.consensus import admission
from mingzhang.crypto import jws
from mingzhang.kernel import refusals, scan
from mingzhang.verify.ed25519 import signature_holds
from tests.conformance import spec_pages
from tests.engine.small import ANN

PAGE = (spec_pages.SPEC / "command.md").read_text(encoding="utf-8")


def kernel_codes():
    kinds = [each for each in vars(refusals).values() if isinstance(each, type)]
    return {
        each.code: issubclass(each, refusals.Void)
        for each in kinds
        if issubclass(each, refusals.Refusal) and hasattr(each, "code")
    }


def test_the_page_names_every_code_of_the_kernel_and_which_are_void():
    rows = spec_pages.table("command.md", "Answer")
    named = {code: row[2].startswith("void") for row in rows for code in spec_pages.quoted(row[1])}
    assert named == kernel_codes()
    void = [code for code, is_void in named.items() if is_void]
    assert void == sorted(void)
    assert [int(row[0]) for row in rows] == list(range(1, len(rows) + 1))


def test_the_page_names_the_members_and_bounds():
    assert [row[0].strip("`") for row in spec_pages.table("command.md", "Payload")] == list(
        scan.Payload.__struct_encode_fields__
    )
    assert f"at most {jws.TOKEN_BYTES_MAX:,} bytes" in PAGE
    assert f"at most {scan.DEPTH_MAX} deep" in PAGE
    assert f"at most {scan.ON_MAX};" in PAGE
    assert f"at most {admission.AHEAD_MS_MAX:,} ms ahead" in PAGE
    assert jws.TYPE in PAGE
    for name in jws.ALGORITHMS:
        assert f"`{name}`" in PAGE


def test_the_example_is_a_command_that_its_key_signed():
    token = PAGE.split("```\n")[1].strip().encode()
    envelope = jws.split(token)
    assert envelope.kid == ANN.kid
    assert signature_holds(ANN.public_key, envelope.signing_input, envelope.signature)
    payload = scan.read_payload(envelope.payload)
    assert payload.kind == "count.add/1"
    assert list(json.loads(envelope.payload)) == list(scan.Payload.__struct_encode_fields__)
