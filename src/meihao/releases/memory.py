"""What was worked out, kept in the process while it is used."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Memory(Generic[T]):
    """The things used last, by a key that says all they depend on."""

    def __init__(self, most: int) -> None:
        self._most, self._kept = most, OrderedDict[str, T]()
        self._lock = Lock()

    def get(self, key: str, make: Callable[[], T]) -> T:
        """What is kept under a key, or made now."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._kept.clear()
