"""What can go wrong between the terminal and the engine: files, columns and missing parts of the installation."""

from collections.abc import Sequence

from astrarium.errors import AstrariumError


class UnreadableFile(AstrariumError):
    """A file that was named to be read cannot be."""

    code = "unreadable_file"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f'The file "{path}" cannot be read: {reason}.',
            hint="Name a file that exists and that you may read, or - for standard input.",
            data={"path": path, "reason": reason},
        )


class UnwritableFile(AstrariumError):
    """A file that was named to be written cannot be."""

    code = "unwritable_file"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f'The file "{path}" cannot be written: {reason}.',
            hint="Name a file in a folder that exists and that you may write to, or - for standard output.",
            data={"path": path, "reason": reason},
        )


class MissingColumns(AstrariumError):
    """A table lacks columns that it cannot be read without."""

    code = "missing_columns"

    def __init__(self, path: str, missing: Sequence[str], found: Sequence[str]) -> None:
        listed = ", ".join(found) if found else "none"
        super().__init__(
            f'The file "{path}" has no column {" and no column ".join(missing)} (found: {listed}).',
            hint=f"Give the columns' names in the first line, {','.join(missing)} among them.",
            data={"path": path, "missing": list(missing), "found": list(found)},
        )


class BadRows(AstrariumError):
    """Some rows of a table were left out of the answer; each was reported with its line."""

    code = "bad_rows"

    def __init__(self, path: str, bad: int, total: int) -> None:
        rows = "1 row" if bad == 1 else f"{bad} rows"
        super().__init__(
            f'{rows} of {total} in "{path}" could not be used; the others were written.',
            hint="Mend the lines named above and run the command again.",
            data={"path": path, "bad": bad, "total": total},
        )


class ServerExtraMissing(AstrariumError):
    """The web stack is an extra of the package, and it is not installed."""

    code = "server_extra_missing"

    def __init__(self, module: str) -> None:
        super().__init__(
            f"The server's packages are not installed ({module} is missing).",
            hint='Install them: `pip install "astrarium[server]"`',
            data={"module": module},
        )


class SystemRefused(AstrariumError):
    """The operating system refused something that no narrower error names (a full disk, a port in use)."""

    code = "system_refused"

    def __init__(self, reason: str, path: str | None = None) -> None:
        where = f' "{path}"' if path else ""
        super().__init__(
            f"The system refused{where}: {reason}.",
            hint="Mend what the system names, then run the same command again.",
            data={"reason": reason, "path": path},
        )
