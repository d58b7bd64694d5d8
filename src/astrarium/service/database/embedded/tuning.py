"""The private server's settings: for one program on one machine that also does other things, replicas possible."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

MIB: Final = 1024 * 1024
CGROUP_LIMIT: Final = Path("/sys/fs/cgroup/memory.max")
SLOW_MS: Final = 500
"""Statements that take longer are logged with their plan, without their parameters."""
LIBRARIES: Final = ("pg_stat_statements", "auto_explain")


def memory_bytes(limit: Path = CGROUP_LIMIT) -> int:
    """The memory of this machine, or of the container that we are in."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(total, int(limit.read_text()))
    except (OSError, ValueError):  # no container, or `max`
        return total


def settings(memory: int) -> dict[str, str]:
    """The server's settings by the memory that the machine has, in bytes."""
    return {
        "cluster_name": "astrarium",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "max_connections": "200",
        "shared_buffers": _mib(memory // 8, 64, 2048),
        "effective_cache_size": _mib(memory // 2, 256, 65536),
        "maintenance_work_mem": _mib(memory // 64, 64, 512),
        "work_mem": "8MB",
        "random_page_cost": "1.1",
        "jit": "off",  # compiling a plan takes longer than any statement of ours
        # what a base backup and streaming replicas need
        "wal_level": "replica",
        "max_wal_senders": "10",
        "max_replication_slots": "10",
        "wal_keep_size": "64MB",
        "wal_compression": "on",
        "checkpoint_timeout": "15min",
        # a file for each day of the week, begun anew a week later
        "logging_collector": "on",
        "log_destination": "jsonlog",
        "log_filename": "%a.log",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_truncate_on_rotation": "on",
        "log_checkpoints": "off",
        "log_lock_waits": "on",
        "log_temp_files": "10MB",
        "log_autovacuum_min_duration": "10s",
        # births are personal: no value of a parameter is written to a log
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "track_io_timing": "on",
        "shared_preload_libraries": ",".join(LIBRARIES),
        "pg_stat_statements.track": "top",
        "auto_explain.log_min_duration": str(SLOW_MS),
        "auto_explain.log_parameter_max_length": "0",
        "auto_explain.log_format": "json",
    }


def written(settings: Mapping[str, str]) -> str:
    """`settings` as a file that PostgreSQL includes."""
    lines = (f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items())
    return (
        "# Written anew at every start. Your own settings belong in own.conf beside the clusters, or ALTER SYSTEM.\n"
        + ("".join(lines))
    )


def _mib(wanted: int, least: int, most: int) -> str:
    return f"{min(max(wanted // MIB, least), most)}MB"
