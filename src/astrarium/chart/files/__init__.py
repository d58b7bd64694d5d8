"""Tables of births to tables of charts: CSV, JSON Lines, Parquet and Arrow, in chunks, row for row.

`conversion.convert` is the whole way, from one binary stream to another; `arrow.arrow_table` makes an Arrow table of
charts that are in memory already. Nothing here opens a file: streams come in as arguments.
"""
