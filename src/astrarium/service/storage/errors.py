"""What can go wrong with stored files."""

from typing import ClassVar

from astrarium.errors import AstrariumError
from astrarium.service.errors import RequestError


class FileMissing(AstrariumError):
    """There is no file of that name."""

    code: ClassVar[str] = "file_missing"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no file {name!r} in the storage.", hint="It may have been deleted after its time."
        )


class StorageUnreachable(RequestError):
    """The place of the files does not answer, refuses us, or has no room; the cause is in the log."""

    code: ClassVar[str] = "storage_unreachable"

    def __init__(self) -> None:
        super().__init__(
            "The storage of files cannot be reached.", hint="Try again in a moment; nothing was changed."
        )


class InvalidStorage(AstrariumError):
    """The settings of the storage cannot be used."""

    code: ClassVar[str] = "invalid_storage"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The storage of files cannot be used: {reason}.",
            hint="Set ASTRARIUM_STORAGE_URL to `file:///folder` or `s3://bucket/prefix`, or ASTRARIUM_DATA.",
        )
