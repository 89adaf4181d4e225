"""A deadline for work that waits on somebody else, which a time-out for each read would not be."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

_Made = TypeVar("_Made")


def within(work: Callable[[], _Made], seconds: float) -> _Made:
    """What ``work`` returns; raises ``TimeoutError`` on time, whatever the other side draws out."""
    promise: Future[_Made] = Future()

    def run() -> None:
        try:
            promise.set_result(work())
        except BaseException as error:
            promise.set_exception(error)

    Thread(target=run, daemon=True).start()
    return promise.result(seconds)
