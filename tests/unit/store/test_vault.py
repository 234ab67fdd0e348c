"""The vault against AES of the standard modes, and against tampering."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct

import polars as pl
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.errors import StoreError
from hustings.store.vault import VaultError, _derive, open_vault

SALT = b"0123456789abcdef"


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    made = open_vault(tmp_path_factory.mktemp("vault"), "correct horse battery", salt=SALT)
    made.keep()
    return made


def slow_mac(text: str | None, key: bytes, width: int) -> int | None:
    """CBC-MAC of one text by the CBC mode of a library: the last block of what it encrypts."""
    if text is None:
        return None
    data = text.encode()
    if len(data) > width or not text.isascii():
        data = ("\x01" + hashlib.sha256(data).hexdigest()[: width - 1]).encode()
    sealer = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).encryptor()
    last = (sealer.update(data.ljust(width, b"\0")) + sealer.finalize())[-16:]
    return max(struct.unpack("<Q", last[:8])[0] >> 1, 1)


TEXTS = ["NC:BY123456", "", "7", "007", "x" * 31, "x" * 32, "x" * 33, "y" * 200, "NC:Ñandú", "Ñ" * 16, "Ñ" * 40, "日本"]


class TestPseudonyms:
    def test_are_the_mac_of_the_padded_text(self, opened):
        ids = pl.Series("id", [*TEXTS, None])
        expected = [slow_mac(text, opened.id_key, 32) for text in ids]
        assert opened.pseudonyms(ids).to_list() == expected
        assert len(set(expected)) == len(expected)

    @given(
        st.lists(
            st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\x01"), max_size=50)
        )
    )
    @settings(max_examples=60, deadline=None)
    def test_of_any_texts(self, opened, texts):
        found = opened.pseudonyms(pl.Series(texts, dtype=pl.String)).to_list()
        assert found == [slow_mac(text, opened.id_key, 32) for text in texts]

    def test_of_a_slice_are_those_of_the_whole(self, opened):
        ids = pl.Series([f"NC:{k}" for k in range(100)])
        assert opened.pseudonyms(ids.slice(37, 20)).to_list() == opened.pseudonyms(ids).to_list()[37:57]

    def test_are_positive_and_distinct(self, opened):
        found = opened.pseudonyms(pl.Series([f"NC:{k:012}" for k in range(200_000)]))
        assert found.n_unique() == 200_000
        assert found.min() > 0
        assert found.dtype == pl.Int64

    def test_of_another_key_are_others(self, opened, tmp_path):
        other = open_vault(tmp_path, "another horse battery", salt=SALT)
        salted = open_vault(tmp_path / "salted", "correct horse battery", salt=b"f" * 16)
        ids = pl.Series([f"NC:{k}" for k in range(1000)])
        mine = set(opened.pseudonyms(ids))
        assert not mine & set(other.pseudonyms(ids))
        assert not mine & set(salted.pseudonyms(ids))

    def test_of_nothing(self, opened):
        assert opened.pseudonyms(pl.Series([], dtype=pl.String)).to_list() == []
        assert opened.pseudonyms(pl.Series([None, None], dtype=pl.String)).to_list() == [None, None]

    def test_text_keys_are_another_mac_cut_to_bits(self, opened):
        texts = pl.Series(["NC 1 OAK WAY 27020", "z" * 96, "z" * 97, None])
        expected = [None if t is None else slow_mac(t, opened.text_key, 96) % 2**44 for t in texts]
        assert opened.text_keys(texts).to_list() == expected
        assert opened.text_key != opened.id_key


class TestOpening:
    def test_the_same_key_opens_again(self, opened):
        assert open_vault(opened.folder, "correct horse battery") == opened

    def test_another_key_is_refused(self, opened):
        before = (opened.folder / "vault.json").read_bytes()
        with pytest.raises(VaultError, match=r"does not open the vault.*HUSTINGS_VAULT_KEY.*nothing was read"):
            open_vault(opened.folder, "correct horse battery ")
        assert (opened.folder / "vault.json").read_bytes() == before

    def test_a_short_key_is_refused(self, tmp_path):
        with pytest.raises(VaultError, match="11 characters, expected at least 12"):
            open_vault(tmp_path, "x" * 11, salt=SALT)

    def test_no_vault_yet(self, tmp_path):
        with pytest.raises(VaultError, match="no vault"):
            open_vault(tmp_path, "correct horse battery")

    def test_nothing_is_written_until_it_is_kept(self, tmp_path):
        folder = tmp_path / "vault"
        mistyped = open_vault(folder, "correct horse batery", salt=SALT)
        assert not mistyped.kept
        assert not folder.exists()
        # The right key later is not refused.
        right = open_vault(folder, "correct horse battery", salt=b"f" * 16)
        right.keep()
        assert right.kept
        first = (folder / "vault.json").read_bytes()
        right.keep()
        assert (folder / "vault.json").read_bytes() == first
        assert open_vault(folder, "correct horse battery") == right
        with pytest.raises(VaultError, match="does not open the vault"):
            open_vault(folder, "correct horse batery")

    def test_of_two_beginnings_the_first_that_is_kept_counts(self, tmp_path):
        one, other = (open_vault(tmp_path, "correct horse battery", salt=salt) for salt in (SALT, b"f" * 16))
        one.keep()
        with pytest.raises(VaultError, match=r"another load has begun the vault.*run the same command again"):
            other.keep()
        assert open_vault(tmp_path, "correct horse battery") == one

    def test_the_file_tells_nothing_of_the_keys(self, opened):
        text = (opened.folder / "vault.json").read_text()
        for key in (opened.id_key, opened.text_key, opened.seal_key, b"correct horse battery"):
            assert key.hex() not in text
        assert "correct horse" not in text

    @pytest.mark.parametrize("text", ["", "{", "{}", '{"salt": "zz", "check": ""}', "[]"])
    def test_a_damaged_key_file_is_said(self, tmp_path, text):
        (tmp_path / "vault.json").write_text(text)
        with pytest.raises(StoreError, match=r"vault\.json.*backup"):
            open_vault(tmp_path, "correct horse battery")


def test_a_token_is_an_hmac_under_a_key_of_its_own(opened, tmp_path):
    key = hmac.new(opened.text_key, b"tokens", hashlib.sha256).digest()
    digest = hmac.new(key, b"tracker/2016-10-01/7", hashlib.sha256).digest()
    made = opened.token("tracker/2016-10-01/7")
    assert len(made) == 26
    assert base64.b32decode(made.upper() + "A" * 6)[:16] == digest[:16]
    assert made != open_vault(tmp_path, "another horse battery", salt=SALT).token("tracker/2016-10-01/7")


def test_keys_are_stretched_as_rfc_7914_says():
    # Another implementation of scrypt: Python's own, on OpenSSL's low-level interface.
    master = hashlib.scrypt(b"a passphrase", salt=b"s" * 16, n=2**14, r=8, p=1, maxmem=2**26, dklen=32)
    expected = [hmac.digest(master, purpose, "sha256") for purpose in (b"check", b"pseudonyms", b"texts", b"chunks")]
    assert _derive("a passphrase", b"s" * 16) == expected
