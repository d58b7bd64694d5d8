"""The memory of the compiler's own code, given back once the kernels that it made or loaded stand ready.

To load one kernel from the cache LLVM walks through some fifty megabytes of itself and then sleeps for good, while the
system counts every page that it touched as this process's. The pages that hold machine code are never written to, so
that giving them back loses nothing: one that is wanted again comes from the file, as it did the first time.
"""

import ctypes
import mmap
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

LIBRARY: Final = b"libllvmlite"
_LOADED: Final = 1  # PT_LOAD of elf(5)
_EXECUTABLE, _WRITABLE = 1, 2  # PF_X and PF_W of elf(5)


class _Segment(ctypes.Structure):
    """`Elf64_Phdr` of elf(5)."""

    _fields_ = (
        ("type", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("offset", ctypes.c_uint64),
        ("address", ctypes.c_uint64),
        ("physical_address", ctypes.c_uint64),
        ("file_size", ctypes.c_uint64),
        ("size", ctypes.c_uint64),
        ("alignment", ctypes.c_uint64),
    )


class _Library(ctypes.Structure):
    """The beginning of `dl_phdr_info` of dl_iterate_phdr(3)."""

    _fields_ = (
        ("base", ctypes.c_uint64),
        ("name", ctypes.c_char_p),
        ("segments", ctypes.POINTER(_Segment)),
        ("count", ctypes.c_uint16),
    )


_Visit = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Library), ctypes.c_size_t, ctypes.c_void_p)


def give_back() -> None:
    """Let go of the pages of LLVM's code; does nothing where the system is not a 64-bit Linux."""
    for start, size in _code():
        _c_library().madvise(ctypes.c_void_p(start), ctypes.c_size_t(size), mmap.MADV_DONTNEED)


@cache
def _c_library() -> Any:  # noqa: ANN401 - a library has whatever functions it has
    return ctypes.CDLL(None)


@cache
def _code() -> tuple[tuple[int, int], ...]:
    """Start and size in bytes, in whole pages, of what holds LLVM's code and is never written."""
    if sys.platform != "linux" or sys.maxsize < 2**32:
        return ()
    found: list[tuple[int, int]] = []

    def visit(library: Any, _size: int, _data: Any) -> int:  # noqa: ANN401 - ctypes' pointers
        if LIBRARY in library.contents.name:
            found.extend(_ranges(library.contents))
        return len(found)  # other than 0 ends the walk

    _c_library().dl_iterate_phdr(_Visit(visit), None)
    return tuple(found)


def _ranges(library: _Library) -> Iterator[tuple[int, int]]:
    page = mmap.PAGESIZE
    for number in range(library.count):
        one = library.segments[number]
        if one.type == _LOADED and one.flags & _EXECUTABLE and not one.flags & _WRITABLE:
            first = -(-(library.base + one.address) // page)
            last = (library.base + one.address + one.size) // page
            yield first * page, (last - first) * page
