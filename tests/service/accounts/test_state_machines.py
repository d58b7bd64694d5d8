"""Sessions and keys, whatever is done in whatever order: a credential works as long as it should, and no longer.

The machine keeps its own simple account of which credentials live; the service is asked about each of them after every
step, with its memory as it is, by two processes that share a database.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from astrarium.service.accounts import keys, registration, sessions
from astrarium.service.accounts.credentials import CHANNEL, Credentials
from astrarium.service.accounts.keys import KeyDraft
from astrarium.service.accounts.means import rules_of
from astrarium.service.accounts.retention import sweep
from astrarium.service.accounts.usage import Usage
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.listener import Ear, Listener
from astrarium.service.database.transactions import Database
from astrarium.service.settings import Settings

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
RULES = rules_of(Settings(session_idle_s=3_600, session_lifetime_s=10_000))


def hearing(url, known: Credentials) -> Listener:
    listener = Listener(url)
    listener.add(Ear(CHANNEL, known.begin_to_remember, known.hear, known.stop_remembering))
    return listener


class World:
    """One database and two processes' memories of it, on a loop that runs while a step does."""

    def __init__(self, url):
        self.loop = asyncio.new_event_loop()
        self.database = Database(url)
        self.now = NOON
        self.processes = [
            Credentials(self.database, Usage(self.database), idle=RULES.session_idle, now=lambda: self.now)
            for _ in range(2)
        ]
        self.listeners = [hearing(url, one) for one in self.processes]
        self.run(self.begin())

    def run(self, work):
        return self.loop.run_until_complete(asyncio.wait_for(work, 20))

    async def begin(self):
        for listener in self.listeners:
            listener.start()
        while not all(one._is_hearing for one in self.processes):  # noqa: ASYNC110  (it sets no event)
            await asyncio.sleep(0.001)

    async def as_keeper(self, work, *arguments, **choices):
        async with self.database.keeper() as transaction:
            return await work(transaction, *arguments, **choices)

    async def change(self, work, *arguments, **choices):
        """Change something and wait until both processes heard of whatever was changed before a last word."""
        done = await self.as_keeper(work, *arguments, **choices)
        heard = [one._changes for one in self.processes]
        async with self.database.keeper() as transaction:
            await transaction.execute(
                text("SELECT pg_notify('astrarium_credentials', :id)"), {"id": str(new_id())}
            )
        while any(one._changes == before for one, before in zip(self.processes, heard, strict=True)):  # noqa: ASYNC110
            await asyncio.sleep(0)
        return done

    def close(self):
        async def end():
            for listener in self.listeners:
                await listener.stop()
            await self.database.close()

        self.run(end())
        self.loop.close()


class Machine(RuleBasedStateMachine):
    """Two accounts whose sessions and keys come and go while time passes."""

    url = None
    opened = Bundle("opened")
    made = Bundle("made")

    def __init__(self):
        super().__init__()
        self.world = World(self.url)
        self.accounts = [
            self.world.run(self.world.as_keeper(registration.create, f"{new_id()}@x.example", "", now=NOON))
            for _ in range(2)
        ]
        self.sessions = {}  # token: [account, id, last used, end]
        self.keys = {}  # key: [account, id, end, scopes]
        self.suspended = set()

    def change(self, work, *arguments, **choices):
        return self.world.run(self.world.change(work, *arguments, **choices))

    @rule(target=opened, account=st.integers(0, 1))
    def sign_in(self, account):
        opened = self.change(sessions.begin, self.accounts[account], "x", rules=RULES, now=self.world.now)
        self.sessions[opened.token] = [account, opened.id, self.world.now, opened.expires_at]
        return opened.token

    @rule(token=opened)
    def sign_out(self, token):
        account, session_id, *_ = self.sessions[token]
        self.change(sessions.end, self.accounts[account], session_id)
        self.sessions[token][3] = NOON

    @rule(token=opened, account=st.integers(0, 1))
    def try_to_sign_another_out(self, token, account):
        owner, session_id, *_ = self.sessions[token]
        if owner != account:
            assert self.change(sessions.end, self.accounts[account], session_id) is False

    @rule(account=st.integers(0, 1))
    def sign_out_everywhere(self, account):
        self.change(sessions.end_all, self.accounts[account])
        for known in self.sessions.values():
            if known[0] == account:
                known[3] = NOON

    @rule(target=opened, token=consumes(opened))
    def renew(self, token):
        account, session_id, _, end = self.sessions[token]
        if not self.lives(token):
            return token
        renewed = self.change(sessions.renew_token, session_id, now=self.world.now)
        self.sessions[token][3] = NOON
        self.sessions[renewed.token] = [account, session_id, self.world.now, end]
        return renewed.token

    @rule(target=made, account=st.integers(0, 1), lasts_s=st.sampled_from([None, 60, 5_000]))
    def make_key(self, account, lasts_s):
        end = None if lasts_s is None else self.world.now + timedelta(seconds=lasts_s)
        draft = KeyDraft(name="x", scopes=("account:read",), expires_at=end)
        done = self.change(keys.make, self.accounts[account], draft, now=self.world.now)
        self.keys[done.key] = [account, done.id, end, {"account:read"}]
        return done.key

    @rule(key=made, scopes=st.sets(st.sampled_from(["people:read", "charts:write"]), min_size=1))
    def change_scopes(self, key, scopes):
        account, key_id, end, _ = self.keys[key]
        if end is None or end > self.world.now:
            self.change(
                keys.change,
                self.accounts[account],
                key_id,
                name=None,
                scopes=tuple(scopes),
                now=self.world.now,
            )
            self.keys[key][3] = scopes

    @rule(target=made, key=made, overlap_s=st.sampled_from([0, 30, 3_000]))
    def rotate(self, key, overlap_s):
        account, key_id, end, scopes = self.keys[key]
        if end is not None and end <= self.world.now:
            return key
        overlap = timedelta(seconds=overlap_s)
        done = self.change(keys.rotate, self.accounts[account], key_id, overlap=overlap, now=self.world.now)
        until = self.world.now + overlap
        self.keys[key][2] = until if end is None else min(until, end)
        self.keys[done.key] = [account, done.id, end, scopes]
        return done.key

    @rule(key=made)
    def revoke(self, key):
        account, key_id, end, _ = self.keys[key]
        if end is None or end > self.world.now:
            self.change(keys.revoke, self.accounts[account], key_id, now=self.world.now)
            self.keys[key][2] = NOON

    @rule(account=st.integers(0, 1))
    def suspend_or_readmit(self, account):
        self.suspended ^= {account}
        value = "now()" if account in self.suspended else "NULL"

        async def write(transaction):
            statement = text(f"UPDATE accounts SET suspended_at = {value} WHERE id = :id")
            await transaction.execute(statement, {"id": self.accounts[account]})

        self.change(write)

    @rule(seconds=st.sampled_from([10, 29, 31, 1_000, 3_599]))
    def wait(self, seconds):
        for process in self.world.processes:
            self.world.run(process.usage.write())
        self.world.now += timedelta(seconds=seconds)

    @rule()
    def sweep(self):
        self.change(sweep, idle=RULES.session_idle, now=self.world.now)

    def lives(self, token):
        account, _, used, end = self.sessions[token]
        return (
            account not in self.suspended
            and end > self.world.now
            and used > self.world.now - RULES.session_idle
        )

    @invariant()
    def every_credential_works_just_as_long_as_it_should(self):
        for process in self.world.processes:
            for token, known in self.sessions.items():
                caller = self.world.run(process.of_session(token))
                assert (caller is not None) == self.lives(token)
                if caller is not None:
                    assert (caller.account_id, caller.session_id) == (self.accounts[known[0]], known[1])
            for key, (account, key_id, end, scopes) in self.keys.items():
                caller = self.world.run(process.of_key(key))
                works = account not in self.suspended and (end is None or end > self.world.now)
                assert (caller is not None) == works
                if caller is not None:
                    assert (caller.account_id, caller.key_id) == (self.accounts[account], key_id)
                    assert caller.scopes == scopes
        for token, known in self.sessions.items():
            if self.lives(token):
                known[2] = self.world.now

    def teardown(self):
        self.world.close()


@pytest.mark.slow
def test_credentials_work_just_as_long_as_they_should(database_url):
    machine = type("OnThisDatabase", (Machine,), {"url": database_url})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
