import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.service.cache.cache import Cache
from astrarium.service.cache.memory import COST_OF_ENTRY_BYTES, Memory

ENTRY = COST_OF_ENTRY_BYTES + 101


@pytest.fixture
def clock():
    return [0.0]


@pytest.fixture
def memory(clock):
    return Memory(4 * ENTRY, lambda: clock[0])


def test_the_least_recently_asked_for_leaves_first(memory):
    for key in "abcd":
        memory.keep(key, b"x" * 100, 10)
    assert memory.held_bytes == memory.most_bytes
    memory.recall("a")
    memory.keep("e", b"x" * 100, 10)
    assert [key for key in "abcde" if memory.recall(key)] == ["a", "c", "d", "e"]
    assert memory.dropped == 1


def test_what_is_too_large_drives_nothing_out(memory):
    memory.keep("a", b"x" * 100, 10)
    memory.keep("b", b"x" * 101, 10)
    assert (memory.recall("a"), memory.recall("b")) == (b"x" * 100, None)


def test_a_value_ends_with_its_time(memory, clock):
    memory.keep("a", b"x", 10)
    clock[0] = 9.9
    assert memory.recall("a") == b"x"
    clock[0] = 10
    assert memory.recall("a") is None
    assert (len(memory), memory.held_bytes) == (0, 0)


def test_what_is_made_here_is_made_once():
    cache, made = Cache(), []

    def make():
        made.append(1)
        return b"x"

    assert [cache.here("a", make), cache.here("a", make)] == [b"x", b"x"]
    assert (len(made), cache.state().hits, cache.state().misses) == (1, 1, 1)


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("keep"), st.sampled_from("abcdef"), st.integers(0, 300), st.sets(st.sampled_from("xyz"))
        ),
        st.tuples(st.just("forget"), st.sampled_from("abcdef")),
        st.tuples(st.just("tag"), st.sampled_from("xyz")),
        st.tuples(st.just("recall"), st.sampled_from("abcdef")),
    ),
    max_size=60,
)


@given(STEPS)
def test_after_any_history_it_holds_what_it_counts_and_no_more_than_it_may(steps):
    memory = Memory(2500, lambda: 0.0)
    known = {}
    for step in steps:
        match step:
            case "keep", key, size, tags:
                memory.keep(key, b"x" * size, 10, tuple(tags))
                known[key] = (size, tags)
            case "forget", key:
                memory.forget(key)
                known.pop(key, None)
            case "tag", tag:
                memory.forget_tagged([tag])
                known = {key: one for key, one in known.items() if tag not in one[1]}
            case "recall", key:
                value = memory.recall(key)
                assert value is None or len(value) == known[key][0]
        held = [key for key in "abcdef" if key in memory._entries]
        assert set(held) <= known.keys()
        assert memory.held_bytes == sum(known[key][0] + 1 + COST_OF_ENTRY_BYTES for key in held)
        assert memory.held_bytes <= 2500
        assert {tag for key in held for tag in known[key][1]} == memory._tagged.keys()
