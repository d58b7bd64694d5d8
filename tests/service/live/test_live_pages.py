"""The pages about live news are true: every message as it is documented, and the client of the how-to at work."""

import asyncio
import re
from pathlib import Path

import msgspec
import pytest

from astrarium.service.live import hub, messages, readers, sky
from astrarium.service.live.entrance import UNLESS_ASKED
from astrarium.service.live.retention import EVENTS_KEPT, NOTIFICATIONS_KEPT
from astrarium.service.live.sockets import MESSAGES_PER_S, MOST_AT_ONCE
from astrarium.service.live.telling import TOPICS

DOCS = Path(__file__).parents[3] / "docs"
REFERENCE = (DOCS / "reference" / "live.md").read_text("utf-8")
HOWTO = (DOCS / "howto" / "live-news.md").read_text("utf-8")
EXAMPLES = re.findall(r"```json\n(.+?)\n```", REFERENCE, re.DOTALL)
JOB = "0198c1a2-0000-7000-8000-000000000001"


def kinds(union):
    return {one.__struct_config__.tag for one in union.__args__}


def test_every_message_has_an_example_and_there_are_no_others():
    told = {msgspec.json.decode(one)["type"] for one in EXAMPLES}
    assert told == kinds(messages.FromService) | kinds(messages.FromClient)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_message_with_all_its_members(example):
    given = msgspec.json.decode(example)
    union = messages.FromClient if given["type"] in kinds(messages.FromClient) else messages.FromService
    message = msgspec.json.decode(example, type=union)
    assert msgspec.to_builtins(message).keys() == given.keys()
    if isinstance(message, messages.FromClient):
        assert messages.read(example) == message
    if isinstance(message, messages.Fault):
        assert messages.read('{"type": "subscribe", "topics": ["job"]}') == message


def test_every_topic_code_limit_and_ending_is_named():
    assert re.findall(
        r"(?m)^\| `(\w+)` \| `\w", REFERENCE.partition("## Topics")[2].partition("##")[0]
    ) == list(TOPICS)
    codes = re.findall(r"(?m)^\| `(\w+)` \|", REFERENCE.partition("code of an `error`")[2].partition("##")[0])
    assert codes == ["malformed_json", "invalid_message", "unknown_topic"]
    for ending in (readers.GOING_AWAY, readers.SIGNED_OUT, readers.TOO_FAST, readers.FAILED):
        assert re.search(rf"(?m)^\| {ending.code} \| `{ending.reason}`", REFERENCE)
    assert f"`{UNLESS_ASKED}`" in REFERENCE
    assert f"more than {MOST_AT_ONCE} messages at once, or {MESSAGES_PER_S:g} a second" in REFERENCE
    assert f"more than {messages.LONGEST_MESSAGE_BYTES} bytes" in REFERENCE
    assert f"may have {hub.MOST_OF_ONE_ACCOUNT} connections" in REFERENCE
    assert f"every {hub.BEAT_EVERY_S:g}" in REFERENCE
    assert (EVENTS_KEPT.days, NOTIFICATIONS_KEPT.days, sky.EVERY_S) == (1, 90, 60)


def test_the_client_of_the_howto_hears_what_happens_and_comes_back(on_stage):
    code = re.search(r"```python\n(.+?)\n```", HOWTO, re.DOTALL)[1]
    names = {}
    exec(compile(code, "live-news.md", "exec"), names)

    async def work(stage):
        made = (await stage.request("POST", "/api-keys", json={"name": "n", "scopes": ["live:read"]})).json()
        heard = []

        def told(message):
            heard.append(message["data"]["done"])
            return len(heard) < 3

        listening = asyncio.create_task(names["listen"](f"ws://{stage.address}", made["key"], told))
        await stage.until(lambda: stage.hub.state().connections == 1)
        for done in range(2):
            await stage.tell("job.progress", {"id": JOB, "done": done})
            await stage.until(lambda done=done: len(heard) == done + 1)
        for reader in stage.hub._all():
            reader.end(readers.GOING_AWAY)
        await stage.until(lambda: stage.hub.state().connections == 0)
        await stage.tell("job.progress", {"id": JOB, "done": 2})
        await asyncio.wait_for(listening, 20)
        assert heard == [0, 1, 2]

    on_stage(work)
