"""The compiler of the kernels: numba's `njit`, with a cache that notices a change in any kernel.

Numba keeps compiled functions beside their source and compiles anew when that source file changes; it does not see
that a function of *another* file, compiled into the first, has changed. Kernels here are small and call each other
across files, so a cache entry of ours is stamped with the digest of all their sources instead of one. Functions of
other packages keep numba's own rules.

Every kernel is decorated with `kernel` from here, which also settles how it is compiled: cached, without the
interpreter's lock, and, unless it says that it allocates, without counting references to the arrays it is given.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, cast

from numba import njit
from numba.core.caching import (
    CacheImpl,
    InTreeCacheLocator,
    UserProvidedCacheLocator,
    UserWideCacheLocator,
)
from numba.core.compiler_lock import global_compiler_lock
from numba.core.dispatcher import Dispatcher

from astrarium.sky import compiler_memory

__all__ = ["kernel"]

Function = TypeVar("Function", bound=Callable[..., Any])

PACKAGE: Final = Path(__file__).parent.parent
ROOMS: Final = ("chart", "sky")


@cache
def sources_digest() -> str:
    """SHA-256 of every source file of the rooms that hold kernels."""
    digest = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


class _Stamped:
    """A cache locator for functions of this package, stamped with all of its sources."""

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> Any:  # noqa: ANN401 - numba's protocol
        if not Path(py_file).is_relative_to(PACKAGE):
            return None
        return super().from_function(py_func, py_file)  # type: ignore[misc] # of the locator mixed in

    def get_source_stamp(self) -> str:
        return sources_digest()


class _Provided(_Stamped, UserProvidedCacheLocator):
    """In the directory that `NUMBA_CACHE_DIR` names."""


class _InTree(_Stamped, InTreeCacheLocator):
    """Beside the source."""


class _UserWide(_Stamped, UserWideCacheLocator):
    """In the user's cache directory, where the source may not be written beside."""


class OnDemand(Dispatcher):
    """A kernel of one signature that is taken from the cache when it is first called, or compiled into another one.

    Most kernels only ever run inside others. Each holds copies of all that it calls, a few megabytes in some, and
    takes milliseconds to load; what is not called costs neither.
    """

    declared: Any

    def settle(self) -> None:
        """Load the one version that there is, in the first of the threads that call."""
        with global_compiler_lock:
            if not self.overloads:
                self.compile(self.declared)
                self.disable_compile()
                compiler_memory.give_back()

    def get_call_template(self, args: Any, kws: Any) -> Any:  # noqa: ANN401 - numba's protocol
        """What a caller that is being compiled asks for."""
        self.settle()
        return super().get_call_template(args, kws)

    def _compile_for_args(self, *_args: Any, **_kws: Any) -> Any:  # noqa: ANN401 - numba's protocol
        """What Python's first call asks for: the kernel itself, which now chooses by the arguments."""
        self.settle()
        return self


def is_cached(dispatcher: Any, signature: Any) -> bool:  # noqa: ANN401 - numba's
    """Whether a kernel's machine code lies in the cache, made from the sources of today."""
    cache = dispatcher._cache  # noqa: SLF001 - no other door
    key = cache._index_key(signature, dispatcher.targetctx.codegen())  # noqa: SLF001
    return key in cache._cache_file._load_index()  # noqa: SLF001


def load_on_demand(dispatcher: Any, signature: Any) -> None:  # noqa: ANN401 - numba's
    """Make a kernel wait for its first call, if the cache has it; compile it now if not."""
    dispatcher.__class__ = OnDemand
    dispatcher.declared = signature
    if not is_cached(dispatcher, signature):
        dispatcher.settle()


CacheImpl._locator_classes = [_Provided, _InTree, _UserWide, *CacheImpl._locator_classes]  # noqa: SLF001 - no other door


def kernel(
    signature: Any = None,  # noqa: ANN401 - a numba signature or its text
    *,
    allocates: bool = False,
    inlined: bool = False,
    error_model: Literal["python", "numpy"] = "python",
) -> Callable[[Function], Function]:
    """Compile a function to machine code, cached on disk, running without the interpreter's lock.

    Args:
        signature: compiled for these types when the module is imported, unless the cache has it; without one, for
            those of the first call.
        allocates: whether the kernel makes arrays. One that does not is compiled without reference counting, which
            costs more than a polynomial in kernels that run once per body.
        inlined: put into every kernel that calls it, whatever its size: a loop with a call in it takes one body at a
            time, one without takes as many as the processor's registers hold.
        error_model: `numpy` divides without a check for zero.
    """
    options: dict[str, Any] = {"cache": True, "nogil": True, "error_model": error_model, "_nrt": allocates}
    options["forceinline"] = inlined
    if signature is None:
        compiled: Callable[[Function], Function] = njit(**options)
        return compiled

    def declare(function: Function) -> Function:
        made: Any = njit(**options)(function)
        if isinstance(made, Dispatcher):  # else numba is told not to compile
            load_on_demand(made, signature)
        return cast("Function", made)

    return declare
