"""Every choice of an operator: one frozen object, from a file and the environment, validated whole at the start."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta

from astrarium.errors import AstrariumError
from astrarium.service.data_directory import VARIABLE as DATA
from astrarium.service.data_directory import data_directory
from astrarium.service.outbound.guard import allowed_of
from astrarium.service.settings_sources import CONFIGURATION, Given, Sources

Port = Annotated[int, Meta(ge=0, le=65535)]
LogLevel = Literal["debug", "info", "warning", "error"]
Limit = Annotated[str, Meta(pattern=r"^([1-9]\d{0,14}/day )?[1-9]\d{0,5}/second$")]
Network = Annotated[str, Meta(pattern=r"^[0-9A-Fa-f:.]+(/\d{1,3})?$")]
Secret = Annotated[str, Meta(min_length=1, extra={"hidden": "all"})]
"""A text that is never printed."""
Address = Annotated[str, Meta(min_length=1, extra={"hidden": "password"})]
"""A URL whose password is never printed."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one service runs.

    Each field is a key of the settings file and the environment variable `ASTRARIUM_<FIELD>`; the variable wins over
    the file, and a command-line option over both. A secret can also be the contents of a file, named by its variable
    with `_FILE` behind it.
    """

    host: Annotated[str, Meta(min_length=1)] = "127.0.0.1"
    """Address to listen on: `0.0.0.0` for every IPv4 interface, `::` for IPv6."""
    port: Port = 8000
    """Port to listen on; 0 takes a free one, and the ready line names it."""
    workers: Annotated[int, Meta(ge=1, le=256)] = 1
    """Web processes that share the port; one per core is a good start."""
    production: bool = False
    """Whether strangers rely on this service: then what is convenient but unsafe is refused at the start."""
    database_url: Address | None = None
    """Address of a PostgreSQL 15 or newer, `postgresql://…`; without one, a private server in the data directory."""
    database_replica_urls: tuple[Address, ...] = ()
    """Addresses of read replicas, separated by commas; reads go to those that have come far enough."""
    database_connections: Annotated[int, Meta(ge=4, le=1000)] | None = None
    """Most connections of one web process, half of them for the service's own work; by the cores unless given."""
    database_wait_s: Annotated[float, Meta(ge=0.1, le=60)] = 2.0
    """How long a request waits for a free connection before it is refused with 503."""
    statement_timeout_s: Annotated[float, Meta(ge=0.1, le=3600)] = 15.0
    """How long one statement may run in the database."""
    slow_statement_s: Annotated[float, Meta(ge=0, le=3600)] = 0.5
    """A statement that takes longer is remembered with its plan."""
    backups: Literal["own", "always", "never"] = "own"
    """Whether the database is backed up every night into `backups` in the data directory: `own` means a private one."""
    backups_kept: Annotated[int, Meta(ge=1, le=1000)] = 7
    """How many of those backups are kept."""
    data: str | None = None
    """The data directory, whose ephemeris tables serve in place of those that ship; `load` knows the user's own."""
    body_limit_bytes: Annotated[int, Meta(ge=1024, le=16_777_216)] = 65_536
    """Largest body of an ordinary request."""
    bulk_body_limit_bytes: Annotated[int, Meta(ge=1024, le=268_435_456)] = 2_097_152
    """Largest body of `POST /api/v1/charts/bulk`."""
    bulk_limit: Annotated[int, Meta(ge=1, le=100_000)] = 1000
    """Most charts in one bulk request."""
    allowed_hosts: tuple[str, ...] = ()
    """Host names the service answers to, separated by commas; empty answers to any."""
    https: bool = False
    """Whether people reach the service over HTTPS: then it sends Strict-Transport-Security."""
    public_address: Annotated[str, Meta(pattern=r"^https?://[^/\s?#]+$")] | None = None
    """Where people reach the service, such as `https://stars.example`: links in letters begin with it."""
    secret_keys: tuple[Secret, ...] = ()
    """Keys that seal stored secrets, 32 bytes in base64 each, newest first; without any, one in the data directory."""
    mail_url: Address | None = None
    """Where letters go: `smtp://user:password@host:587`, `smtps://…` or `file:///folder`; without it, to the log."""
    mail_from: Annotated[str, Meta(pattern=r"^[^\s@<>]+@[^\s@<>]+$")] = "astrarium@localhost"
    """The sender of letters."""
    outbound_allowed: tuple[str, ...] = ()
    """Hosts, addresses or networks inside that customers may have called (webhooks), separated by commas."""
    webhook_rate: Annotated[int, Meta(ge=1, le=10_000)] = 500
    """Most webhook deliveries to one endpoint in a second; its owner may ask for fewer."""
    session_idle_s: Annotated[int, Meta(ge=300, le=31_536_000)] = 1_209_600
    """How long a session lasts that nobody uses."""
    session_lifetime_s: Annotated[int, Meta(ge=300, le=31_536_000)] = 7_776_000
    """How long a session lasts at most."""
    password_least_length: Annotated[int, Meta(ge=8, le=64)] = 15
    """Fewest characters of a password; NIST SP 800-63B-4 asks for 15 where it is all that a person signs in with."""
    password_memory_kib: Annotated[int, Meta(ge=8, le=1_048_576)] = 19_456
    """Memory for one password's hash (argon2id); what is stored is hashed anew as its owner signs in."""
    password_passes: Annotated[int, Meta(ge=1, le=64)] = 2
    """Passes over that memory."""
    limit_free: Limit = "10000/day 100/second"
    """Requests of the tier `free`, and of each address without an account; `100/second` has no limit for the day."""
    limit_basic: Limit = "100000/day 200/second"
    """Requests of the tier `basic`."""
    limit_premium: Limit = "1000000/day 500/second"
    """Requests of the tier `premium`."""
    limit_unlimited: Limit = "100000/second"
    """Requests of the tier `unlimited`."""
    local_tier: Literal["free", "basic", "premium", "unlimited"] = "unlimited"
    """The tier of this machine itself, asking without an account and without a proxy."""
    trusted_proxies: tuple[Network, ...] = ("127.0.0.0/8", "::1")
    """Addresses or networks of proxies whose `X-Forwarded-For` is believed, separated by commas."""
    storage_url: Annotated[str, Meta(pattern=r"^(s3://[^/\s?#@]+|file:///)\S*$")] | None = None
    """Where files of batches lie: `s3://bucket/prefix` or `file:///folder`; without it, in the data directory."""
    storage_endpoint: Annotated[str, Meta(pattern=r"^https?://[^\s?#]+$")] | None = None
    """A server that speaks S3, such as `https://minio.example:9000`; without one, Amazon's."""
    storage_region: Annotated[str, Meta(min_length=1)] = "us-east-1"
    """The region of the bucket."""
    storage_key_id: Secret | None = None
    """The id of the key to the bucket; without one, the machine's own credentials serve."""
    storage_key_secret: Secret | None = None
    """The secret of that key."""
    batch_body_limit_bytes: Annotated[int, Meta(ge=1024, le=4_294_967_296)] = 536_870_912
    """Largest file of `POST /api/v1/batches`."""
    batch_rows_limit: Annotated[int, Meta(ge=1, le=10_000_000)] = 1_000_000
    """Most births in one batch."""
    batch_chunk_rows: Annotated[int, Meta(ge=16, le=65_536)] = 16_384
    """Rows that are read and computed at once; more are a little faster, and need more memory."""
    batch_kept_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    """How long a batch is kept with its files, counted from its upload."""
    valkey_url: Address | None = None
    """Address of a Valkey or Redis, `valkey://…` or `unix://…`, where processes share limits and the cache."""
    cors_origins: tuple[str, ...] = ()
    """Sites whose scripts may use the API, such as `https://stars.example`; `*` for any."""
    request_timeout_s: Annotated[int, Meta(ge=1, le=3600)] = 30
    """How long an answer may take to begin."""
    job_workers: Annotated[int, Meta(ge=0, le=64)] = 1
    """Processes that work through jobs beside the web processes of `astrarium serve`; 0 leaves that to others."""
    job_concurrency: Annotated[int, Meta(ge=1, le=1000)] = 8
    """Jobs that one worker process runs at the same time."""
    job_grace_s: Annotated[int, Meta(ge=0, le=3600)] = 30
    """How long running jobs may take after SIGTERM before they are handed back to other workers."""
    live_connections: Annotated[int, Meta(ge=1, le=1_000_000)] = 10_000
    """Most live connections (WebSocket, server-sent events) of one web process."""
    log_level: LogLevel = "info"
    """Least severe message that is logged."""
    access_log: bool = False
    """Whether each request is logged: method, path without its query, status, duration and request id."""
    shutdown_timeout_s: Annotated[int, Meta(ge=0, le=3600)] = 30
    """How long requests in flight may take after SIGTERM before they are cut off."""
    keep_alive_s: Annotated[int, Meta(ge=1, le=3600)] = 15
    """How long an idle connection stays open."""

    def __repr__(self) -> str:
        return f"Settings({len(self.__struct_fields__)} fields)"  # never a secret in a log or a traceback


class InvalidSettings(AstrariumError):
    """Some settings cannot be used; `faults` says one line about each."""

    code: ClassVar[str] = "invalid_settings"

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(faults), hint="The page docs/reference/settings.md lists every setting.")


def load(environment: Mapping[str, str], **options: Any) -> Settings:  # noqa: ANN401  (typed by Settings)
    """Read the settings from `environment` and the file that it names; an option that is not None wins over both.

    Raises `InvalidSettings` that names every unknown or unusable setting at once, so that one look mends them all.
    """
    return load_with_origins(environment, **options)[0]


def load_with_origins(
    environment: Mapping[str, str],
    **options: Any,  # noqa: ANN401  (typed by Settings)
) -> tuple[Settings, dict[str, Given]]:
    """Like `load`, with where each setting that is not a default was given."""
    sources = Sources({field.name: field.type for field in msgspec.structs.fields(Settings)})
    if path := environment.get(CONFIGURATION, "").strip():
        sources.read_file(path)
    sources.read_environment(environment)
    if "data" not in sources.given or sources.given["data"].origin == DATA:
        directory = data_directory(environment)
        if directory is not None:
            sources.given["data"] = Given(
                str(directory), DATA if environment.get(DATA, "").strip() else "default"
            )
    sources.read_options(options)
    settings = Settings(**sources.values())
    faults = [*sources.faults, *_contradictions(settings)]
    if faults:
        raise InvalidSettings(faults)
    return settings, sources.given


def _contradictions(settings: Settings) -> Iterator[str]:
    """What no service can run with, and what no production service may."""
    for network in settings.trusted_proxies:
        try:
            ip_network(network, strict=False)
        except ValueError:
            yield f"ASTRARIUM_TRUSTED_PROXIES: {network!r} is neither an address nor a network"
    try:
        allowed_of(settings.outbound_allowed)
    except ValueError as error:
        yield f"ASTRARIUM_OUTBOUND_ALLOWED: {error}"
    if not settings.production:
        return
    if not settings.https:
        yield "ASTRARIUM_PRODUCTION asks for ASTRARIUM_HTTPS=true: session cookies must not travel in the clear"
    if not settings.allowed_hosts:
        yield "ASTRARIUM_PRODUCTION asks for ASTRARIUM_ALLOWED_HOSTS: name the hosts that the service answers to"
    if not settings.secret_keys:
        yield "ASTRARIUM_PRODUCTION asks for ASTRARIUM_SECRET_KEYS: a key beside its data protects nothing"
    if "*" in settings.cors_origins:
        yield "ASTRARIUM_PRODUCTION asks for names in ASTRARIUM_CORS_ORIGINS: `*` lets any site in"
    if settings.mail_url is None or settings.public_address is None:
        yield "ASTRARIUM_PRODUCTION asks for ASTRARIUM_MAIL_URL and ASTRARIUM_PUBLIC_ADDRESS: letters"
