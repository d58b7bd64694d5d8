"""The engine's answers depend on its arguments and its tables alone: it reads no environment and no clock.

Import-linter sees modules; what is called inside them is seen here, in the syntax tree.
"""

import ast

import pytest

ENGINE = ("chart", "civil", "draw", "events", "reading", "sky", "techniques")
CLOCKS = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "time.ctime",
    "time.gmtime",
    "time.localtime",
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "time.perf_counter_ns",
    "time.process_time",
    "time.time",
    "time.time_ns",
}
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv"}
CHANCE = {"random", "secrets", "uuid.uuid1", "uuid.uuid4", "os.urandom"}


def names_used(source):
    """Every dotted name that a module imports or reads, with its imports' aliases resolved."""
    tree = ast.parse(source)
    aliases = {}
    used = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                aliases[name.asname or name.name.partition(".")[0]] = (
                    name.name if name.asname else name.name.partition(".")[0]
                )
                used.add(name.name)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                aliases[name.asname or name.name] = f"{node.module}.{name.name}"
                used.update((node.module, f"{node.module}.{name.name}"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            parts = []
            inner = node
            while isinstance(inner, ast.Attribute):
                parts.append(inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name) and inner.id in aliases:
                used.add(".".join([aliases[inner.id], *reversed(parts)]))
    return used


def touches(source, forbidden):
    return sorted(
        name
        for name in names_used(source)
        if any(name == bad or name.startswith(f"{bad}.") for bad in forbidden)
    )


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.environ['X']",
        "from os import environ",
        "import os as system\nsystem.getenv('X')",
        "import time\ntime.time()",
        "from time import monotonic as tick",
        "import datetime as dt\ndt.datetime.now(dt.UTC)",
        "from datetime import datetime\ndatetime.now(UTC)",
        "from datetime import date\ndate.today()",
        "import random",
        "import uuid\nuuid.uuid4()",
    ],
)
def test_every_way_to_read_clock_environment_or_chance_is_seen(source):
    assert touches(source, CLOCKS | ENVIRONMENT | CHANCE)


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.fromisoformat('2000-01-01')",
        "import os\nos.fspath('x')",
        "def time(): ...\ntime()",
        "environ = {}\nenviron['X']",
    ],
)
def test_other_names_are_left_alone(source):
    assert not touches(source, CLOCKS | ENVIRONMENT | CHANCE)


def test_engine_reads_no_environment_no_clock_and_no_chance(root):
    package = root / "src/astrarium"
    files = [path for room in ENGINE for path in (package / room).rglob("*.py")]
    assert files
    found = {
        str(path.relative_to(package)): names
        for path in files
        if (names := touches(path.read_text(encoding="utf-8"), CLOCKS | ENVIRONMENT | CHANCE))
    }
    assert not found


def test_only_the_settings_of_the_service_read_its_environment(root):
    service = root / "src/astrarium/service"
    readers = {
        str(path.relative_to(service))
        for path in service.rglob("*.py")
        if touches(path.read_text(encoding="utf-8"), ENVIRONMENT)
    }
    handing_on = {"database/embedded/programs.py"}  # PostgreSQL's programs run in our environment
    assert readers <= {"settings.py"} | handing_on
