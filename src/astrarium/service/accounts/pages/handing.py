"""What one page of accounts hands to the next: see `web/handing.py`."""

from astrarium.service.web.handing import hand, handed, spent

__all__ = ["hand", "handed", "spent"]
