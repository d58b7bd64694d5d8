"""What the rest of the service does with live news: tell readers what happened, and notify accounts."""

from astrarium.service.live.notifying import notify
from astrarium.service.live.retention import purge
from astrarium.service.live.telling import tell, tell_in_passing

__all__ = ["notify", "purge", "tell", "tell_in_passing"]
