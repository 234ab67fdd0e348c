"""What runs a query over the electorate: DuckDB on one machine, Spark on many.

===========  ==============================================================
file         holds
===========  ==============================================================
``engine``   :class:`Engine`: what an engine must be able to do; :func:`connect`
``duckdb``   one machine: positional joins, queries that go to disk
``spark``    a cluster, or a local session, reading the same files
===========  ==============================================================

The files' physical layout (slots, deltas, sidecars) is the engine's concern and is written in its own SQL; what is asked
of the electorate is written once, in Ibis, on top of it.
"""

from hustings.engines.engine import Aligned, Engine, connect

__all__ = ["Aligned", "Engine", "connect"]
