"""Memory that was needed once, while weights were unpacked, given back to the system."""

import ctypes
import gc
import sys


def give_back() -> None:
    """glibc keeps what was freed for what may come: of what a start frees, ten megabytes a process that never come."""
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)
