"""What can keep the private server from running, each with the way out."""

from pathlib import Path
from typing import ClassVar

from astrarium.errors import AstrariumError


class EmbeddedServerFailed(AstrariumError):
    """The private PostgreSQL server did not do what it was told; its own words are in `detail`."""

    code: ClassVar[str] = "embedded_server_failed"

    def __init__(self, doing: str, reason: str) -> None:
        super().__init__(
            f"The private PostgreSQL server could not {doing}: {reason}",
            hint="Its logs are in the data directory's `postgresql/log`; or bring a server by DATABASE_URL.",
        )


class DataDirectoryInUse(AstrariumError):
    """Another running service holds the private server's directory."""

    code: ClassVar[str] = "data_directory_in_use"

    def __init__(self, directory: Path, process: str) -> None:
        super().__init__(
            f'Another `astrarium` runs on the data directory "{directory.parent}" (process {process}).',
            hint="Stop that one, or set ASTRARIUM_DATA to another directory.",
            data={"directory": str(directory.parent), "process": process},
        )


class DirectoryOutOfReach(AstrariumError):
    """PostgreSQL does not run as root, and the user who runs it cannot enter the data directory."""

    code: ClassVar[str] = "data_directory_out_of_reach"

    def __init__(self, directory: Path, barrier: Path, user: str) -> None:
        super().__init__(
            f'PostgreSQL does not run as root, and the user "{user}" who runs it for root '
            f'cannot pass "{barrier}" on the way to "{directory}".',
            hint=f"Let others pass it (chmod o+x {barrier}), set ASTRARIUM_DATA to a directory that they may pass, "
            "or start Astrarium as an ordinary user.",
            data={"directory": str(directory), "barrier": str(barrier), "user": user},
        )


class SocketDirectoryTaken(AstrariumError):
    """The stand-in for a data directory whose path is too long for a socket belongs to somebody else."""

    code: ClassVar[str] = "socket_directory_taken"

    def __init__(self, directory: Path) -> None:
        super().__init__(
            f'"{directory}", where the database\'s socket would be, is not a private directory of its user.',
            hint="Remove it, or set ASTRARIUM_DATA to a shorter path, whose socket lies beside the data.",
            data={"directory": str(directory)},
        )


class ClusterOfAnotherVersion(AstrariumError):
    """The data was written by another major version of PostgreSQL than the one installed."""

    code: ClassVar[str] = "cluster_of_another_version"

    def __init__(self, cluster: Path, theirs: str, ours: str) -> None:
        newer = int(theirs) > int(ours)
        super().__init__(
            f'The database in "{cluster}" was written by PostgreSQL {theirs}, and PostgreSQL {ours} is installed.',
            hint="Install the Astrarium that wrote it, or a later one."
            if newer
            else "Nothing was changed. `astrarium db upgrade-server --programs DIR` takes it over, "
            f"DIR being the folder of PostgreSQL {theirs}'s programs.",
            data={"cluster": str(cluster), "theirs": theirs, "ours": ours},
        )
