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


class FileExists(AstrariumError):
    """A file that would be written is there already."""

    code = "file_exists"

    def __init__(self, path: str) -> None:
        super().__init__(
            f'The file "{path}" exists already.',
            hint="Name another file, or give --force to replace it.",
            data={"path": path},
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


class NotConfirmed(AstrariumError):
    """A command would remove data, and was not told that it may."""

    code = "not_confirmed"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}.", hint="Back up first (`astrarium db backup`), then add --yes.")


class ServerExtraMissing(AstrariumError):
    """The web stack is an extra of the package, and it is not installed."""

    code = "server_extra_missing"

    def __init__(self, module: str) -> None:
        super().__init__(
            f"The server's packages are not installed ({module} is missing).",
            hint='Install them: `pip install "astrarium[server]"`',
            data={"module": module},
        )


class JplExtraMissing(AstrariumError):
    """What tables are built with is an extra of the package, and it is not installed."""

    code = "jpl_extra_missing"

    def __init__(self, module: str) -> None:
        super().__init__(
            f"The packages that tables are built with are not installed ({module} is missing).",
            hint='Install them: `pip install "astrarium[jpl]"`',
            data={"module": module},
        )


class NoDataDirectory(AstrariumError):
    """No home, no variable: there is no place of the user's own."""

    code = "no_data_directory"

    def __init__(self) -> None:
        super().__init__(
            "There is no data directory: neither ASTRARIUM_DATA nor HOME is set.",
            hint="Set ASTRARIUM_DATA, or name a folder with --directory.",
        )


class TableStands(AstrariumError):
    """A whole table of other years would be replaced by one that lacks some of them."""

    code = "table_stands"

    def __init__(self, path: str, years: tuple[int, int], asked: tuple[int, int]) -> None:
        super().__init__(
            f'"{path}" already serves {years[0]} to {years[1]}, of which {asked[0]} to {asked[1]} would lose some.',
            hint=f"Add --force to replace it, or build {min(years[0], asked[0])} to {max(years[1], asked[1])}.",
            data={"path": path, "years": list(years), "asked": list(asked)},
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
