"""Statements and plans without values: whatever a text quotes of a person stays unread.

What runs with parameters names them `$1`, `$2` and holds no values. A text may still have some of its own, written into
it by a program or sent by somebody else's client: every literal and every comment is taken out, names stay.
"""

import re
from typing import Final

_PARTS: Final = re.compile(
    r"""
    (?P<kept>
        "(?:[^"]|"")*"                                    # a quoted name
      | \(cost=[\d.]+\ rows=\d+\ width=\d+\)(?=\n|\Z)     # of a plan: the estimates of a node,
      | \b(?:InitPlan|SubPlan)\ \d+                       # and its numbered parts
      | \$\d+                                             # a parameter
    )
  | --[^\n]* | /\*.*?(?:\*/|\Z)                           # comments
  | (?P<value>
        [eE]'(?:[^'\\]|''|\\.)*(?:'|\Z)
      | (?:[bBxXnN]|[uU]&)?'(?:[^']|'')*(?:'|\Z)
      | \$(?P<tag>[^\W\d]\w*)?\$.*?(?:\$(?(tag)(?P=tag))\$|\Z)
      | (?<![\w$])\.?\d[\w.]*(?:(?<=[eE])[+-]\d+)?
    )
  | [^\W\d][\w$]*                                         # a name or a keyword
    """,
    re.VERBOSE | re.DOTALL,
)
HIDDEN: Final = "?"


def scrubbed(text: str) -> str:
    """The text of a statement or a plan with `?` for each literal."""
    return _PARTS.sub(_told, text)


def _told(part: re.Match[str]) -> str:
    if part["value"] is not None:
        return HIDDEN
    return "" if part[0].startswith(("--", "/*")) else part[0]
