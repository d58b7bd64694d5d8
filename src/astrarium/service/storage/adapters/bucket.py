"""Files in a bucket that speaks S3: of Amazon, or of any server of one's own."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from obstore.store import S3Store

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config

CLIENT: Final["ClientConfig"] = {"connect_timeout": timedelta(seconds=5), "timeout": timedelta(seconds=60)}
RETRIES: Final["RetryConfig"] = {"max_retries": 4, "retry_timeout": timedelta(seconds=60)}
"""For what may be repeated: no answer, 5xx and 429, with waits that double."""


def bucket_of(
    bucket: str,
    prefix: str,
    *,
    endpoint: str | None,
    region: str,
    key_id: str | None,
    key_secret: str | None,
) -> S3Store:
    """The files under `prefix` of a bucket.

    `endpoint` is a server other than Amazon's, addressed by path. Without a key, the machine's own credentials serve,
    as S3 clients commonly find them.
    """
    config: S3Config = {"region": region}
    if endpoint is not None:
        config |= {"endpoint": endpoint, "virtual_hosted_style_request": False}
    if key_id is not None and key_secret is not None:
        config |= {"access_key_id": key_id, "secret_access_key": key_secret}
    is_plain = endpoint is not None and endpoint.startswith("http://")
    return S3Store(
        bucket,
        prefix=prefix or None,
        config=config,
        client_options={**CLIENT, "allow_http": is_plain},
        retry_config=RETRIES,
    )
