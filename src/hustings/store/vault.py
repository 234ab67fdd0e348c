"""The vault: who a voter is, readable with the key alone; and the keyed pseudonym that stands for them everywhere else.

Two things come from one key. *Pseudonyms* are 63-bit numbers made by a CBC-MAC over a fixed number of AES blocks: the
same id gives the same number in every load, and without the key no list of ids can be tried against them.
*Chunks* are pieces of a table sealed with AES-GCM-SIV (RFC 8452), which needs no random nonce: the same rows under the
same name give the same bytes, so an interrupted load that is run again ends with the same files.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from hustings.errors import HustingsError, StoreError
from hustings.store.columns import sync
from hustings.store.writing import write_json

KEY_FILE = "vault.json"
_BLOCK = 16
_ID_WIDTH = 2 * _BLOCK
_TEXT_WIDTH = 6 * _BLOCK
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}


class VaultError(HustingsError):
    """The vault cannot be opened: no key, or another one."""


@dataclass(frozen=True)
class Vault:
    """An opened vault: its keys, in memory only.

    Parameters
    ----------
    folder : Path
        Where sealed files lie.
    salt, check : bytes
        What is written of the keys: 16 random bytes they are derived with, and 32 that tell the right passphrase.
    id_key, text_key, seal_key : bytes
        32 bytes each, derived from the passphrase; never written.
    """

    folder: Path
    salt: bytes
    check: bytes
    id_key: bytes
    text_key: bytes
    seal_key: bytes

    @property
    def kept(self) -> bool:
        """Whether the vault's key file is written.

        Raises
        ------
        VaultError
            Another vault was begun in the folder since this one was opened.
        StoreError
            The key file is damaged.
        """
        path = self.folder / KEY_FILE
        if not path.is_file():
            return False
        if _read_key_file(path) != (self.salt, self.check.hex()):
            raise VaultError(
                f"another load has begun the vault in {self.folder} meanwhile",
                hint="run the same command again; nothing was changed",
            )
        return True

    def keep(self) -> None:
        """Write the key file, once: whoever has the passphrase can open the vault from then on.

        A load does it when all is ready: a mistyped first key does not outlive a load that fails.

        Raises
        ------
        VaultError
            Another vault was begun in the folder since this one was opened.
        StoreError
            The file cannot be written.
        """
        if self.kept:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        about = {"kdf": "scrypt", **_SCRYPT, "salt": self.salt.hex(), "check": self.check.hex()}
        path = self.folder / KEY_FILE
        write_json(about, path)
        # Before the load counts: without this file its names could never be read again.
        sync(path)
        sync(self.folder)

    def pseudonyms(self, ids: pl.Series) -> pl.Series:
        """Keyed pseudonyms of ids: Int64 > 0, null where the id is null."""
        return _mac(ids, self.id_key, _ID_WIDTH)

    def text_keys(self, texts: pl.Series, *, bits: int = 44) -> pl.Series:
        """Keyed numbers of longer texts (an address makes a household): Int64 of `bits` bits, null where null."""
        return (_mac(texts, self.text_key, _TEXT_WIDTH).to_frame().to_series() % (1 << bits)).cast(pl.Int64)

    def token(self, text: str) -> str:
        """Keyed word of 26 letters and digits (130 bits): stands in a link for what nobody may guess or read from it."""
        key = hmac.digest(self.text_key, b"tokens", "sha256")
        return base64.b32encode(hmac.digest(key, text.encode(), "sha256")).decode().lower()[:26]

    def seal(self, name: str, index: int, data: bytes) -> bytes:
        """Seal one chunk of a named file."""
        about = f"{name}#{index}".encode()
        sealed: bytes = _siv(self.seal_key).encrypt(hashlib.sha256(about).digest()[:12], data, about)
        return sealed

    def open(self, name: str, index: int, data: bytes) -> bytes:
        """Open one chunk.

        Raises
        ------
        StoreError
            The chunk was damaged, or belongs elsewhere.
        """
        from cryptography.exceptions import InvalidTag

        about = f"{name}#{index}".encode()
        try:
            opened: bytes = _siv(self.seal_key).decrypt(hashlib.sha256(about).digest()[:12], data, about)
        except InvalidTag as err:
            raise StoreError(
                f"vault file {name}: chunk {index} is damaged or was put here from elsewhere",
                hint="`hustings verify` says which files are whole; load the voter file again",
            ) from err
        return opened


def open_vault(folder: Path | str, passphrase: str, *, salt: bytes | None = None) -> Vault:
    """Open the vault with its passphrase, or begin it: its key file is written by :meth:`Vault.keep`.

    Parameters
    ----------
    folder : Path or str
        The vault's folder.
    passphrase : str
        The campaign's secret.
    salt : bytes, optional
        16 random bytes to begin a vault with; without, a vault that does not exist is an error.

    Raises
    ------
    VaultError
        There is no vault and no `salt`, the passphrase is too short, or it is not the one the vault was begun with.
    StoreError
        The vault's key file is damaged.
    """
    folder = Path(folder)
    path = folder / KEY_FILE
    if len(passphrase) < 12:
        raise VaultError(
            f"the vault's key has {len(passphrase)} characters, expected at least 12",
            hint='for example: export HUSTINGS_VAULT_KEY="$(openssl rand -hex 32)"',
        )
    if path.is_file():
        salt, check = _read_key_file(path)
        keys = _derive(passphrase, salt)
        if not hmac.compare_digest(check, keys[0].hex()):
            raise VaultError(
                f"the key does not open the vault in {folder}",
                hint="set HUSTINGS_VAULT_KEY to the key this campaign was begun with; nothing was read or changed",
            )
    else:
        if salt is None:
            raise VaultError(f"there is no vault in {folder} yet", hint="load a voter file first")
        keys = _derive(passphrase, salt)
    return Vault(folder, salt, *keys)


def _read_key_file(path: Path) -> tuple[bytes, str]:
    """Salt and check value."""
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        return bytes.fromhex(about["salt"]), str(about["check"])
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise StoreError(
            f"{path} cannot be read: {err}", hint="restore it from a backup: without it no key opens the vault"
        ) from err


def _derive(passphrase: str, salt: bytes) -> list[bytes]:
    """Check value, pseudonym key, text key, sealing key."""
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    master = Scrypt(salt=salt, length=32, **_SCRYPT).derive(passphrase.encode())
    purposes = (b"check", b"pseudonyms", b"texts", b"chunks")
    return [hmac.digest(master, purpose, "sha256") for purpose in purposes]


def _siv(key: bytes) -> Any:  # noqa: ANN401 (imported late)
    from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

    return AESGCMSIV(key)


def _mac(texts: pl.Series, key: bytes, width: int) -> pl.Series:
    """Make numbers of texts by CBC-MAC over `width` bytes; longer and non-ASCII texts by way of their SHA-256."""
    short = texts.str.pad_end(width, "\0")
    plain = (short.str.len_bytes() == width).fill_null(value=False)
    odd = ~plain & texts.is_not_null()
    if odd.any():
        # Rare: one at a time. The mark keeps a digest apart from every text.
        digests = ["\x01" + hashlib.sha256(text.encode()).hexdigest()[: width - 1] for text in texts.filter(odd)]
        padded = pl.Series(digests, dtype=pl.String).str.pad_end(width, "\0")
        short = short.scatter(odd.arg_true(), padded)
    filled = short.fill_null("\0" * width)
    data = np.frombuffer(filled.to_arrow().buffers()[2], dtype=np.uint8) if len(filled) else np.zeros(0, np.uint8)
    blocks = _contiguous(filled, data, width).reshape(len(texts), width // _BLOCK, _BLOCK)
    state = np.zeros((len(texts), _BLOCK), dtype=np.uint8)
    for k in range(width // _BLOCK):
        state = _aes(key, state ^ blocks[:, k])
    numbers = (state[:, :8].copy().view(np.uint64).ravel() >> np.uint64(1)).astype(np.int64)
    made = pl.Series(texts.name, np.maximum(numbers, 1))
    return pl.select(pl.when(texts.is_not_null()).then(made).alias(texts.name)).to_series()


def _contiguous(filled: pl.Series, data: np.ndarray, width: int) -> np.ndarray:
    """Bytes of equally long texts, whatever the offset of their buffer."""
    array = filled.to_arrow()
    wide = str(array.type) == "large_string"
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int64 if wide else np.int32) if len(filled) else np.zeros(1)
    first = int(offsets[array.offset]) if len(filled) else 0
    return data[first : first + len(filled) * width]


def _aes(key: bytes, blocks: np.ndarray) -> np.ndarray:
    """AES-256 of each 16-byte row on its own."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    # A block at a time is the building stone of a CBC-MAC over many rows at once, not a mode for messages.
    sealer = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 (see above)
    out = sealer.update(blocks.tobytes()) + sealer.finalize()
    return np.frombuffer(out, dtype=np.uint8).reshape(blocks.shape)
