"""The private server's directory: what lies where in it, whose it is, and where the socket is."""

import fcntl
import hashlib
import os
import pwd
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from astrarium.service.data_directory import make_passable
from astrarium.service.database.embedded.errors import (
    ClusterOfAnotherVersion,
    DataDirectoryInUse,
    DirectoryOutOfReach,
    SocketDirectoryTaken,
)

PORT: Final = 5432
"""No port is opened: the number is a part of the socket's name."""
LONGEST_SOCKET: Final = 103 if sys.platform == "darwin" else 107
"""Bytes that the path of a Unix socket can have."""


class Place:
    """A directory for one private server: a cluster for each major version, the password, locks, logs."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.absolute()
        self.password_file = self.directory / "password"
        self.lock_file = self.directory / "lock"
        self.supervisor_lock_file = self.directory / "supervisor.lock"
        self.logs = self.directory / "log"
        self.program_copies = self.directory / "programs"

    def cluster(self, major: str) -> Path:
        """Where the data of that major version of PostgreSQL lie."""
        return self.directory / major

    def clusters(self) -> dict[str, Path]:
        """The clusters that are there, by the major version that wrote them."""
        if not self.directory.is_dir():
            return {}
        return {
            path.name: path
            for path in self.directory.iterdir()
            if path.name.isdigit() and (path / "PG_VERSION").exists()
        }

    def refuse_another_version(self, major: str) -> None:
        """Raise `ClusterOfAnotherVersion` unless the data are those of `major`, or there are none yet."""
        there = self.clusters()
        for name, path in there.items():
            theirs = (path / "PG_VERSION").read_text().strip()
            if int(theirs) > int(major) or (name == major and theirs != major):
                raise ClusterOfAnotherVersion(path, theirs, major)
        if there and major not in there:
            newest = max(there, key=int)
            raise ClusterOfAnotherVersion(there[newest], newest, major)

    def make(self, user: pwd.struct_passwd | None) -> None:
        """Make the directory, private to its user; of what lies above it, what was there already is not changed.

        Raises `DirectoryOutOfReach`; then nothing was made.
        """
        self._refuse_out_of_reach(user, next(above for above in self.directory.parents if above.exists()))
        make_passable(self.directory.parent)
        for path in (self.directory, self.logs):
            path.mkdir(mode=0o700, exist_ok=True)
            own(path, user)
        self.directory.chmod(0o700)

    def _refuse_out_of_reach(self, user: pwd.struct_passwd | None, last: Path) -> None:
        if user is None:
            return
        last = last.resolve()
        for above in reversed((last, *last.parents)):
            if not _may_pass(above.stat(), user):
                raise DirectoryOutOfReach(self.directory, above, user.pw_name)

    @property
    def socket_directory(self) -> Path:
        """Where the socket is: in the directory, or where its path is too long for one, in a private one of /tmp."""
        if len(os.fsencode(self.directory / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET:
            return self.directory
        digest = hashlib.sha256(os.fsencode(self.directory)).hexdigest()[:16]
        return Path("/tmp") / f"astrarium-{digest}"  # noqa: S108  (made private, and refused where it is not ours)

    def make_socket_directory(self, user: pwd.struct_passwd | None) -> None:
        """Make the socket's directory where it is another one.

        Raises `SocketDirectoryTaken` where somebody else made it, or others may enter.
        """
        directory = self.socket_directory
        if directory == self.directory:
            return
        try:
            directory.mkdir(mode=0o700)
            own(directory, user)
        except FileExistsError:
            found = directory.lstat()
            owner = os.geteuid() if user is None else user.pw_uid
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
                raise SocketDirectoryTaken(directory) from None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the directory for this process alone; the kernel lets go of it however the process ends.

        Raises `DataDirectoryInUse`.
        """
        with self.lock_file.open("a+", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                raise DataDirectoryInUse(self.directory, file.read().strip() or "unknown") from error
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield


def own(path: Path, user: pwd.struct_passwd | None) -> None:
    """Give a path that we made to the user who runs the server."""
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)


def _may_pass(directory: os.stat_result, user: pwd.struct_passwd) -> bool:
    if directory.st_uid == user.pw_uid:
        return bool(directory.st_mode & stat.S_IXUSR)
    if directory.st_gid == user.pw_gid:
        return bool(directory.st_mode & stat.S_IXGRP)
    return bool(directory.st_mode & stat.S_IXOTH)
