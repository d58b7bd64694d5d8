"""Counts that all processes share, in Valkey: the rule of `counters.counted` as a script that runs in one piece."""

from typing import Final

from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from astrarium.service.limits.policies import Policy, Taken

__all__ = ["ValkeyCounters", "ValkeyError", "connect"]

PREFIX: Final = b"astrarium:limit:"

SCRIPT: Final = """
local interval, quota, now, per_second = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local day_us = 86400000000
local stored = redis.call('HMGET', KEYS[1], 'e', 'd', 'u')
local empty_at, day, used = tonumber(stored[1] or 0), tonumber(stored[2] or 0), tonumber(stored[3] or 0)
local bucket = interval * per_second
local today = math.floor(now / day_us)
if day ~= today then used = 0 end
local today_us = (today + 1) * day_us - now
local next_empty_at = math.max(empty_at, now) + interval
local over = next_empty_at - now - bucket
local spent = quota >= 0 and used >= quota
local allowed = over <= 0 and not spent
if allowed then
  empty_at, used = next_empty_at, used + 1
  local text = string.format
  redis.call('HSET', KEYS[1], 'e', text('%.0f', empty_at), 'd', text('%.0f', today), 'u', text('%.0f', used))
  redis.call('PEXPIRE', KEYS[1], text('%.0f', math.ceil((quota >= 0 and today_us or bucket) / 1000) + 1000))
end
local filled = math.max(0, empty_at - now)
local wait = 0
if not allowed then wait = spent and today_us or over end
local left = 0
if quota >= 0 then left = math.max(0, quota - used) end
return {allowed and 1 or 0, math.floor((bucket - filled) / interval), filled, left, today_us, wait}
"""


def connect(address: str) -> Valkey:
    """A client of the Valkey at an address; it connects at its first command."""
    client: Valkey = Valkey.from_url(address, socket_connect_timeout=1.0)
    return client


class ValkeyCounters:
    """Counts in Valkey; raises its `ValkeyError`s where it does not answer."""

    is_degraded = False

    def __init__(self, client: Valkey) -> None:
        self._script = client.register_script(SCRIPT)

    async def take(self, caller: bytes, policy: Policy, now_us: int) -> Taken:
        """Count one request of a caller."""
        quota = -1 if policy.per_day is None else policy.per_day
        arguments = [policy.interval_us, quota, now_us, policy.per_second]
        told = await self._script(keys=[PREFIX + caller], args=arguments)
        return Taken(bool(told[0]), *told[1:])
