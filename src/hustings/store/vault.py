"""The vault: who a voter is, readable with the key alone; and the keyed pseudonym that stands for them everywhere else.

Two things come from one key. *Pseudonyms* are 63-bit numbers made by a CBC-MAC over a fixed number of AES blocks: the
same id gives the same number in every load, and without the key no list of ids can be tried against them.
*Chunks* are pieces of a table sealed with AES-GCM-SIV (RFC 8452), which needs no random nonce: the same rows under the
same name give the same bytes, so an interrupted load that is run again ends with the same files.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import polars as pl

from hustings.errors import HustingsError, StoreError
from hustings.store.columns import sync
from hustings.store.writing import write_json

CHUNK_ROWS = 16_384
"""Rows sealed together: one voter is found by opening one chunk."""
KEY_FILE = "vault.json"
_MAGIC = b"HUSTVLT1"
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


class VaultWriter:
    """Seals a table chunk by chunk as it comes.

    Parameters
    ----------
    vault : Vault
        The opened vault.
    name : str
        Path of the file within the store; part of what is sealed.
    path : Path
        Where to write.
    """

    def __init__(self, vault: Vault, name: str, path: Path) -> None:
        self._vault, self._name = vault, name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._stream = path.open("wb")
        self._stream.write(_MAGIC)
        self._ends: list[int] = []
        self._waiting: list[pl.DataFrame] = []
        self._n_waiting = 0
        self.rows = 0

    def append(self, rows: pl.DataFrame) -> None:
        """Add rows; a chunk is sealed when it is full."""
        self.rows += rows.height
        self._waiting.append(rows)
        self._n_waiting += rows.height
        if self._n_waiting >= CHUNK_ROWS:
            together = pl.concat(self._waiting)
            full = self._n_waiting // CHUNK_ROWS * CHUNK_ROWS
            for first in range(0, full, CHUNK_ROWS):
                self._seal(together.slice(first, CHUNK_ROWS))
            self._waiting, self._n_waiting = [together.slice(full)], self._n_waiting - full

    def _seal(self, rows: pl.DataFrame) -> None:
        sealed = self._vault.seal(self._name, len(self._ends), table_bytes(rows, compressed=True))
        self._stream.write(sealed)
        self._ends.append(self._stream.tell())

    def close(self) -> None:
        """Seal what waits and write the index."""
        if self._n_waiting:
            self._seal(pl.concat(self._waiting))
            self._waiting, self._n_waiting = [], 0
        index = struct.pack(f"<{len(self._ends)}q", *self._ends)
        self._stream.write(index + struct.pack("<qq", len(self._ends), self.rows))
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, tb: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self._stream.close()


class VaultReader:
    """Opens chunks of a sealed file.

    Raises
    ------
    StoreError
        When the file is missing, cut off or not a vault file.
    """

    def __init__(self, vault: Vault, name: str, path: Path) -> None:
        self._vault, self._name, self._path = vault, name, path
        try:
            with path.open("rb") as stream:
                magic = stream.read(len(_MAGIC))
                stream.seek(-16, 2)
                size = stream.tell()
                count, self.rows = struct.unpack("<qq", stream.read(16))
                if magic != _MAGIC or not 0 <= count * 8 <= size:
                    raise StoreError(f"{path} is no vault file, or is cut off", hint="run `hustings verify`")
                stream.seek(-16 - 8 * count, 2)
                ends = struct.unpack(f"<{count}q", stream.read(8 * count))
                starts = (len(_MAGIC), *ends)
                rising = all(first < end for first, end in pairwise(starts))
                full = (count - 1) * CHUNK_ROWS < self.rows <= count * CHUNK_ROWS
                if not rising or starts[-1] != size - 8 * count or not full:
                    raise StoreError(f"the index of vault file {path} is damaged", hint="run `hustings verify`")
        except OSError as err:
            raise StoreError(f"vault file {path} cannot be read: {err.strerror}", hint="run `hustings verify`") from err
        self._bounds = starts

    def chunk(self, index: int) -> pl.DataFrame:
        """Open one chunk of rows."""
        first, end = self._bounds[index], self._bounds[index + 1]
        with self._path.open("rb") as stream:
            stream.seek(first)
            data = stream.read(end - first)
        return pl.read_ipc(io.BytesIO(self._vault.open(self._name, index, data)))

    def take(self, rows: np.ndarray) -> pl.DataFrame:
        """Rows by their numbers in the file, in the order asked for."""
        if not len(rows):
            return self.chunk(0).clear() if len(self._bounds) > 1 else pl.DataFrame()
        chunks = rows // CHUNK_ROWS
        needed = np.unique(chunks)
        first_at = {int(chunk): k for k, chunk in enumerate(needed)}
        opened = [self.chunk(int(chunk)) for chunk in needed]
        starts = np.concatenate([[0], np.cumsum([df.height for df in opened])])
        places = starts[[first_at[int(c)] for c in chunks]] if len(needed) > 1 else np.zeros(len(rows), np.int64)
        found: pl.DataFrame = pl.concat(opened)[(places + rows % CHUNK_ROWS).tolist()]
        return found


def table_bytes(rows: pl.DataFrame, *, compressed: bool) -> bytes:
    """Give a table as Arrow IPC bytes."""
    sink = io.BytesIO()
    # Texts one after another, not as views: the bytes then depend on the rows alone, not on how they were put together.
    plain = pl.CompatLevel.oldest()
    rows.rechunk().write_ipc(sink, compression="zstd" if compressed else "uncompressed", compat_level=plain)
    return sink.getvalue()
