"""pyswisseph in an environment of its own, as a process that is asked for rounds.

It is copyleft and therefore no dependency of Astrarium, not even for development. The environment is made once under
`.benchmarks/`, which the repository ignores. `immanuel` is installed beside it, without its dependencies, for the
Swiss Ephemeris files that it carries; nothing of it is run.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE.parent / ".benchmarks" / "pyswisseph"
PACKAGES = ("pyswisseph==2.10.3.2", "immanuel==1.6.0")
READY = FOLDER / "ready"


def uv() -> str:
    """The project's own `uv`, where `tools/environment` finds it or has put it."""
    return shutil.which("uv") or str(HERE.parent / ".tools" / "bin" / "uv")


def prepare() -> Path:
    """Make the environment if it is not there; return its Python."""
    python = FOLDER / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not READY.exists():
        print(f"Making an environment for pyswisseph in {FOLDER} …", file=sys.stderr)
        make = [uv(), "venv", "--quiet", "--clear", "--no-project", "--python", sys.executable, FOLDER]
        subprocess.run(make, check=True)
        install = [uv(), "pip", "install", "--quiet", "--no-deps", "--python", python, *PACKAGES]
        subprocess.run(install, check=True)
        READY.touch()
    return python


class Peer:
    """The process: it holds the instants and places, and times itself so that no pipe is counted."""

    def __init__(self, births, bodies):
        self.count = len(births)
        script = HERE / "peer_process.py"
        self.process = subprocess.Popen(
            [prepare(), script, FOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.version = self._ask({"births": births, "bodies": bodies})

    def seconds_per_chart(self, ephemeris: str) -> float:
        """One round over all births with `moshier` or `files`."""
        return self._ask({"round": ephemeris}) / self.count

    def longitudes(self, ephemeris: str):
        """Longitudes of all bodies and cusps of every birth: to see that both sides do the same work."""
        return self._ask({"longitudes": ephemeris})

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)

    def _ask(self, question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit("The process with pyswisseph ended; its error stands above.")
        return json.loads(answer)
