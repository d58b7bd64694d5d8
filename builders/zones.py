"""Compile the IANA time zone source into the table of zones that Astrarium ships.

    python -m builders.zones [--source builders/sources/tzdata.zi] [--target src/astrarium/data/zones]

Reads the one-file form of the tz database, made with its backzone file (`PACKRATDATA=backzone`; public domain), and
compiles it by the `zic` of the machine as `zic -b fat -L /dev/null`: fat, because some slim files lose the later
years of Gaza and Hebron; no leap seconds, because civil clocks here have none. Writes

- `zones.tzif`: the compiled file of every zone, one after another in the order of their names;
- `zones.json`: version, digests, where each zone's bytes lie, and the other names of zones.

The same source and the same `zic` give the same bytes.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from astrarium.civil.zones import ZoneIndex

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "builders" / "sources" / "tzdata.zi"
TARGET = ROOT / "src" / "astrarium" / "data" / "zones"
BUILDER_VERSION = 1


class BuildError(Exception):
    """The table cannot be built; the message says what is missing and where it comes from."""


def find_zic() -> str:
    """The path of the zone compiler, looked for on the PATH and where Debian and macOS put it."""
    found = shutil.which("zic", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin")))
    if found is None:
        raise BuildError(
            "the zone compiler `zic` is not on the PATH: it comes with the C library (Debian and Ubuntu: libc-bin; "
            "Alpine: tzdata-utils), with macOS, and with the tz source itself"
        )
    return found


def compile_zones(source: Path, zic: str) -> dict[str, bytes]:
    """The TZif bytes of every name of the source, links included, by name."""
    with tempfile.TemporaryDirectory() as scratch:
        run = subprocess.run(
            [zic, "-b", "fat", "-L", os.devnull, "-d", scratch, str(source)],
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode != 0:
            raise BuildError(f"zic refused {source}: {run.stderr.strip()}")
        tree = Path(scratch)
        return {
            path.relative_to(tree).as_posix(): path.read_bytes() for path in tree.rglob("*") if path.is_file()
        }


def read_names(source_text: str) -> tuple[str, list[str], dict[str, str]]:
    """The version, the names of zones and the links (other name → zone) that the source declares."""
    first, _, rest = source_text.partition("\n")
    if not first.startswith("# version "):
        raise BuildError(
            "the source does not begin with `# version`: it is not the one-file form of the tz database"
        )
    zones: list[str] = []
    links: dict[str, str] = {}
    for line in rest.splitlines():
        fields = line.split()
        if line.startswith("Z "):
            zones.append(fields[1])
        elif line.startswith("L "):
            links[fields[2]] = fields[1]
    for link, zone in links.items():
        while (zone := links.get(zone, zone)) in links:
            pass
        links[link] = zone
    return first.removeprefix("# version ").strip(), sorted(zones), dict(sorted(links.items()))


def build(source: Path, target: Path) -> ZoneIndex:
    """Compile `source` and write both files of the table into `target`; returns the index as written."""
    text = source.read_bytes()
    version, zones, aliases = read_names(text.decode("ascii"))
    compiled = compile_zones(source, find_zic())
    if set(compiled) != {*zones, *aliases}:
        raise BuildError(
            f"zic made other names than the source declares: {set(compiled) ^ {*zones, *aliases}}"
        )
    different = [name for name, zone in aliases.items() if compiled[name] != compiled[zone]]
    if different:
        raise BuildError(f"these links differ from their zones: {', '.join(different)}")

    spans: dict[str, tuple[int, int]] = {}
    table = bytearray()
    for name in zones:
        spans[name] = (len(table), len(compiled[name]))
        table += compiled[name]
    index = ZoneIndex(
        version=version,
        builder=BUILDER_VERSION,
        source="IANA time zone database with backzone, public domain",
        source_sha256=hashlib.sha256(text).hexdigest(),
        table_sha256=hashlib.sha256(table).hexdigest(),
        zones=spans,
        aliases=aliases,
    )
    target.mkdir(parents=True, exist_ok=True)
    (target / "zones.tzif").write_bytes(table)
    (target / "zones.json").write_bytes(msgspec.json.format(msgspec.json.encode(index), indent=1) + b"\n")
    return index


def main(arguments: list[str] | None = None) -> int:
    """Build the table as the command line asks; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m builders.zones", description=__doc__.partition("\n")[0])
    parser.add_argument("--source", type=Path, default=SOURCE)
    parser.add_argument("--target", type=Path, default=TARGET)
    options = parser.parse_args(arguments)
    try:
        index = build(options.source, options.target)
    except (BuildError, OSError) as error:
        print(f"zones: {error}", file=sys.stderr)
        return 1
    size = (options.target / "zones.tzif").stat().st_size
    print(
        f"zones {index.version}: {len(index.zones)} zones, {len(index.aliases)} other names, {size:,} bytes"
    )
    print(f"sha256 {index.table_sha256}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
