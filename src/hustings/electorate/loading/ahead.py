"""Read the next block while this one is worked on: decompressing and parsing leave Python's lock alone."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
_PATIENCE_SECONDS = 0.2


class _Maker(threading.Thread, Generic[T]):
    """Makes items one ahead; `None` after the last, an error in its place."""

    def __init__(self, items: Iterator[T]) -> None:
        super().__init__(name="reading ahead", daemon=True)
        self._items = items
        self.left = threading.Event()
        self.made: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue(maxsize=1)

    def run(self) -> None:
        try:
            for item in self._items:
                self._offer(item, None)
                if self.left.is_set():
                    return
            self._offer(None, None)
        except BaseException as err:  # noqa: BLE001 (handed over, and raised where it is waited for)
            self._offer(None, err)

    def _offer(self, item: T | None, err: BaseException | None) -> None:
        while not self.left.is_set():
            try:
                self.made.put((item, err), timeout=_PATIENCE_SECONDS)
            except queue.Full:
                continue
            return


def ahead(items: Iterator[T]) -> Iterator[T]:
    """Yield what an iterator yields, in its order, made one ahead in a thread; no item may be None.

    An error in the iterator is raised here, in its place; leaving early stops the thread.
    """
    maker = _Maker(items)
    maker.start()
    try:
        while True:
            item, err = maker.made.get()
            if err is not None:
                raise err
            if item is None:
                return
            yield item
    finally:
        maker.left.set()
        maker.join()
