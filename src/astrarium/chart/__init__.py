"""A chart and what is read off it.

The package shares its name with the library's front door, `astrarium.chart(...)`, so the module itself can be
called: `docs/decisions/` says why. `astrarium.chart.natal.chart` is the function.
"""

import sys
from types import ModuleType
from typing import Any


class _CallableModule(ModuleType):
    """The package as a module that computes a chart when it is called."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - natal.chart is the signature
        from astrarium.chart.natal import chart  # the kernels load only when a chart is asked for

        return chart(*arguments, **options)


sys.modules[__name__].__class__ = _CallableModule
