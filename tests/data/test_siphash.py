"""SipHash-2-4: the vectors of its authors, and that many messages at once hash as each alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axtui.data import sipcolumns
from axtui.data.siphash import siphash24, siphash24_word

# Of the reference implementation: the key 00 01 .. 0f, the messages 00 01 .. of each length.
VECTORS = {
    0: 0x726FDB47DD0E0E31,
    1: 0x74F839C593DC67FD,
    7: 0xAB0200F58B01D137,
    8: 0x93F5F5799A932462,
    15: 0xA129CA6149BE45E5,
}


@pytest.mark.parametrize(("length", "wanted"), VECTORS.items())
def test_vectors_of_its_authors(length: int, wanted: int) -> None:
    assert siphash24(bytes(range(length)), bytes(range(16))) == wanted


def test_a_key_has_16_bytes() -> None:
    with pytest.raises(ValueError, match="16 bytes, not 3"):
        siphash24(b"a", b"abc")


def _at_once(messages: list[bytes], before: bytes = b"") -> list[int]:
    ends = np.cumsum([len(before), *map(len, messages)]).astype(np.int64)
    data = np.frombuffer(before + b"".join(messages) + b"behind", np.uint8)
    return [int(found) for found in sipcolumns.of_texts(data, ends)]


@given(st.lists(st.binary(max_size=40), min_size=1), st.binary(max_size=3))
def test_many_texts_hash_as_each_alone(messages: list[bytes], before: bytes) -> None:
    assert _at_once(messages, before) == [siphash24(message) for message in messages]


def test_more_texts_than_lanes_and_a_few_long_ones() -> None:
    messages = [b"%d" % number * (number % 5) for number in range(17_000)]
    messages[5], messages[9], messages[16_999] = bytes(5000), b"x" * 1501, b"y" * 80
    found = _at_once(messages)
    for number in (*range(0, 17_000, 97), 5, 9, 16_999):
        assert found[number] == siphash24(messages[number])


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1))
def test_words_hash_as_their_bytes(words: list[int]) -> None:
    wanted = [siphash24(word.to_bytes(8, "little")) for word in words]
    assert [siphash24_word(word) for word in words] == wanted
    array = np.array(words, np.uint64)
    assert sipcolumns.of_words(array).tolist() == wanted
    two = [siphash24(word.to_bytes(8, "little") * 2) for word in words]
    assert sipcolumns.of_blocks([array, array], 16).tolist() == two
