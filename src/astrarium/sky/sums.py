"""The innermost sums of the engine: integers of the table times Chebyshev polynomials, four at a time.

A piece has a dozen coefficients, some kept in four bytes and some in two: loops so short that a compiler takes them
one by one. `series_sums` is written in the compiler's own language instead, with four lanes, always four, added up in
one fixed order. So the bits are the same on every machine, whatever the width of its registers.
"""

from collections.abc import Callable
from typing import Any, Final

from llvmlite import ir  # type: ignore[import-untyped] # it has no types
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

__all__ = ["prefetch", "series_sums"]

LANES: Final = 4
LANES_SHIFT: Final = 2
INTEGER: Final = ir.IntType(64)
LANE: Final = ir.IntType(32)
DOUBLE: Final = ir.DoubleType()
SUMS: Final = ir.VectorType(DOUBLE, LANES)
NONE: Final = ir.Constant(SUMS, [0.0] * LANES)

Compiled = tuple[Any, Callable[..., Any]]
"""What numba asks of an intrinsic: the signature and what writes its instructions."""


def _series_sums(_: object, middles: Any, tails: Any, basis: Any, numbers: Any) -> Compiled:  # noqa: ANN401 - numba's types
    """Σ c_k T_k and Σ c_k dT_k/dt over the integers c of a piece: `series_sums(middles, tails, basis, numbers)`.

    The numbers are where the piece's middles begin and how many they are, the same of its tails, its level in the
    basis and the column of the first polynomial. Four integers are read at a time, aligned to the last of a run: up to
    three before the run come along. Those before the tails are masked; before the middles the basis must have zeros.
    """
    signature = types.UniTuple(types.float64, 2)(middles, tails, basis, numbers)

    def write(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:  # noqa: ANN401 - numba's
        middles, tails, basis = (
            context.make_array(kind)(context, builder, array)
            for kind, array in zip(signature.args[:3], arguments[:3], strict=True)
        )
        middle, middle_count, tail, tail_count, level, first = cgutils.unpack_tuple(builder, arguments[3])
        _, rows, columns = cgutils.unpack_tuple(builder, basis.shape)
        values_start = builder.mul(builder.mul(level, rows), columns)
        sums = [
            (cgutils.alloca_once_value(builder, NONE), values_start),
            (cgutils.alloca_once_value(builder, NONE), builder.add(values_start, columns)),
        ]
        after = builder.add(first, middle_count)
        _add_run(builder, middles.data, ir.IntType(32), (middle, middle_count), basis.data, first, sums)
        _add_run(
            builder, tails.data, ir.IntType(16), (tail, tail_count), basis.data, after, sums, masked=True
        )
        totals = [_total(builder, builder.load(total, typ=SUMS)) for total, _ in sums]
        return context.make_tuple(builder, signature.return_type, totals)

    return signature, write


def _add_run(
    builder: ir.IRBuilder,
    data: ir.Value,
    element: ir.IntType,
    run: tuple[ir.Value, ir.Value],
    basis: ir.Value,
    first: ir.Value,
    sums: list[tuple[ir.Value, ir.Value]],
    *,
    masked: bool = False,
) -> None:
    """Write the loop that adds a run of integers (where it begins, how many), times the basis, to both sums."""
    begin, count = run
    lane_numbers = ir.Constant(ir.VectorType(INTEGER, LANES), list(range(LANES)))
    rounds = builder.lshr(builder.add(count, INTEGER(LANES - 1)), INTEGER(LANES_SHIFT))
    with cgutils.for_range(builder, rounds) as loop:
        back = builder.sub(count, builder.shl(builder.add(loop.index, INTEGER(1)), INTEGER(LANES_SHIFT)))
        numbers = builder.sitofp(_lanes_at(builder, data, builder.add(begin, back), element), SUMS)
        if masked:
            before = _in_all_lanes(builder, builder.neg(back))
            numbers = builder.select(builder.icmp_signed(">=", lane_numbers, before), numbers, NONE)
        column = builder.add(first, back)
        for total, start in sums:
            polynomials = _lanes_at(builder, basis, builder.add(start, column), DOUBLE)
            product = builder.fmul(numbers, polynomials)
            builder.store(builder.fadd(builder.load(total, typ=SUMS), product), total)


def _lanes_at(builder: ir.IRBuilder, data: ir.Value, index: ir.Value, element: ir.Type) -> ir.Value:
    """Four neighbouring elements of an array."""
    place = builder.gep(data, [index], source_etype=element)
    vector = ir.VectorType(element, LANES)
    size = 8 if element == DOUBLE else element.width // 8
    return builder.load(builder.bitcast(place, vector.as_pointer()), align=size, typ=vector)


def _in_all_lanes(builder: ir.IRBuilder, number: ir.Value) -> ir.Value:
    vector = ir.VectorType(number.type, LANES)
    undefined = ir.Constant(vector, ir.Undefined)
    one = builder.insert_element(undefined, number, LANE(0))
    return builder.shuffle_vector(one, undefined, ir.Constant(ir.VectorType(LANE, LANES), [0] * LANES))


def _total(builder: ir.IRBuilder, sums: ir.Value) -> ir.Value:
    a, b, c, d = (builder.extract_element(sums, LANE(lane)) for lane in range(LANES))
    return builder.fadd(builder.fadd(a, b), builder.fadd(c, d))


def _prefetch(_: object, numbers: Any, index: Any) -> Compiled:  # noqa: ANN401 - numba's types
    """Ask for the cache line of `numbers[index]` without waiting for it. A hint: it changes no result."""
    signature = types.void(numbers, index)

    def write(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:  # noqa: ANN401 - numba's
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        place = builder.gep(data, [arguments[1]])
        hints = [place, LANE(0), LANE(3), LANE(1)]  # to read, to keep close, of data
        kind = ir.FunctionType(ir.VoidType(), [hint.type for hint in hints])
        builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0"), hints)
        return context.get_dummy_value()

    return signature, write


series_sums: Callable[..., tuple[float, float]] = intrinsic(_series_sums)
prefetch: Callable[..., None] = intrinsic(_prefetch)
