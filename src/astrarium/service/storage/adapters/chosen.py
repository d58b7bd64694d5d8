"""The place of files that a service's settings choose."""

from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from obstore.store import ObjectStore

from astrarium.service.outbound.service import Outbound
from astrarium.service.settings import Settings
from astrarium.service.storage.adapters.bucket import bucket_of
from astrarium.service.storage.adapters.folder import folder_of
from astrarium.service.storage.errors import InvalidStorage
from astrarium.service.storage.service import Store

FOLDER: Final = "files"
"""In the data directory, where the settings name no other place."""


def store_of(settings: Settings, outbound: Outbound | None = None) -> Store:
    """The storage of a service; its place is looked at with the first file. A bucket is asked through `outbound`."""
    is_bucket = urlsplit(settings.storage_url or "").scheme == "s3"
    return Store(partial(_place, settings), outbound if is_bucket else None)


def _place(settings: Settings) -> ObjectStore:
    if settings.storage_url is None:
        if settings.data is None:
            raise InvalidStorage("there is no data directory")
        return folder_of(Path(settings.data) / FOLDER)
    parts = urlsplit(settings.storage_url)
    match parts.scheme:
        case "file" if not parts.netloc and parts.path.strip("/"):
            return folder_of(Path(unquote(parts.path)))
        case "s3" if parts.netloc:
            return bucket_of(
                parts.netloc,
                parts.path.strip("/"),
                endpoint=settings.storage_endpoint,
                region=settings.storage_region,
                key_id=settings.storage_key_id,
                key_secret=settings.storage_key_secret,
            )
        case _:
            raise InvalidStorage("its address is neither a folder nor a bucket")
