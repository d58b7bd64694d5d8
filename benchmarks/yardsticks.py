"""What the machine gives to work that is as simple as can be: reading memory, and arithmetic on one thread and two.

Compiled by the same compiler as the engine and run in the same rounds.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit, types

from astrarium.sky.chebyshev import LEADS

CACHE_LINE_WORDS = 8
ARITHMETIC_TURNS = 40_000_000


@njit(types.float64(LEADS, types.int64[::1], types.int64, types.float64[::1], types.int64), nogil=True)
def read_records(numbers, first_words, record_words, answers, answer_words):
    """Read one number of every cache line of some records in turn, and write one to every line of the answers."""
    total = 0.0
    for row in range(first_words.size):
        for word in range(0, record_words, CACHE_LINE_WORDS):
            total += numbers[first_words[row] + word]
        for word in range(0, answer_words, CACHE_LINE_WORDS):
            answers[row * answer_words + word] = total
    return total


@njit("float64(int64)", nogil=True)
def arithmetic(turns):
    """Multiplications and additions in registers alone."""
    a, b, c, d = 1.0, 1.1, 1.2, 1.3
    for _ in range(turns):
        a = a * 0.999 + 0.001
        b = b * 0.998 + 0.002
        c = c * 0.997 + 0.003
        d = d * 0.996 + 0.004
    return a + b + c + d


def arithmetic_seconds(threads):
    """Seconds by the clock for a fixed amount of arithmetic, shared out among threads."""
    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(arithmetic, [ARITHMETIC_TURNS // threads] * threads))
    return time.perf_counter() - start


class MemoryYardstick:
    """The records of two tables that charts of some instants read, and room as large as their answers."""

    def __init__(self, tables, jd, answer_bytes):
        self.reads = []
        for table in tables:
            header = table.header
            words = header.record_bytes // 8
            blocks = np.floor((jd - header.first_jd) / header.block_days).astype(np.int64)
            inside = (blocks >= 0) & (blocks < header.blocks)
            self.reads.append((table.records.leads, np.where(inside, blocks, 0) * words, words))
        self.answer_words = answer_bytes // 8
        self.answers = np.zeros(jd.size * self.answer_words)

    def read(self):
        """Touch it all once."""
        answer_words = self.answer_words
        for leads, first_words, words in self.reads:
            read_records(leads, first_words, words, self.answers, answer_words)
            answer_words = 0
