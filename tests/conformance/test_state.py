"""spec/state.md: its tables are those of the code."""

from mingzhang.kernel.module import KERNEL
from mingzhang.ledger import forest, sealed, store, stored
from tests.conformance import spec_pages


def test_the_page_names_the_kernel_s_records_and_no_other():
    rows = spec_pages.table("state.md", "Records of the kernel")
    assert sorted(row[0].strip("`") for row in rows) == sorted(of.path for of in KERNEL.invariants)


def test_the_page_names_the_collections_of_the_store_and_their_bounds():
    rows = spec_pages.table("state.md", "Store")
    assert [row[0].strip("`") for row in rows] == list(sealed.COLLECTIONS)
    page = (spec_pages.SPEC / "state.md").read_text()
    assert f"at most {store.MAX_KEY_BYTES} bytes" in page
    assert f"top {forest.DEPTH} levels" in page
    assert f"from {stored.DEFLATE_BYTES:,} bytes on" in page
