"""Files in a folder of this machine, or of one that many machines mount."""

from pathlib import Path

from obstore.store import LocalStore

from astrarium.service.storage.errors import InvalidStorage


def folder_of(folder: Path) -> LocalStore:
    """The files under a folder, which nobody else of the machine may enter; it is made where it is missing.

    Raises `InvalidStorage` where it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return LocalStore(folder, automatic_cleanup=True)
    except (OSError, ValueError) as error:
        raise InvalidStorage(f"the folder {str(folder)!r} cannot be made or read") from error
