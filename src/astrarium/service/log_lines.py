"""How the processes of the service log: one line per message, on standard error."""

from typing import Any

from astrarium.service.settings import Settings


def log_lines(settings: Settings) -> dict[str, Any]:
    """The configuration of `logging`; the web server's own chatter only from `debug` on."""
    level = settings.log_level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "line"}
        },
        "loggers": {
            "astrarium": {"handlers": ["stderr"], "level": level, "propagate": False},
            "uvicorn": {
                "handlers": ["stderr"],
                "level": "WARNING" if level == "INFO" else level,
                "propagate": False,
            },
        },
    }
