"""Both engines, each opened once; Spark is skipped, with the reason, where there is none."""

from __future__ import annotations

import os
import shutil

import pytest

from hustings.electorate.query import open_electorate
from hustings.engines import connect

# A session of a minute: a compiler that begins at once, a collector that needs no threads.
SHORT = "--conf spark.driver.extraJavaOptions='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' --conf spark.sql.adaptive.enabled=false"


# A store written anew is a base without a delta, what is left out of the other's query: Spark reads the harder one.
BOTH = [("duckdb", "deltas"), ("duckdb", "compacted"), ("local[2]", "deltas")]


@pytest.fixture(scope="session", params=BOTH, ids=["duckdb-deltas", "duckdb-compacted", "spark-deltas"])
def chosen(request):
    """Engine, and the store it reads."""
    return request.param


@pytest.fixture(scope="session")
def engine(chosen):
    if chosen[0] != "duckdb":
        pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'hustings[spark]'")
        if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
            pytest.skip("Spark needs Java 17, and there is no java on the path")
        os.environ["PYSPARK_SUBMIT_ARGS"] = f"{SHORT} pyspark-shell"
    opened = connect(chosen[0], memory="1GB")
    yield opened
    opened.close()
    os.environ.pop("PYSPARK_SUBMIT_ARGS", None)


@pytest.fixture(scope="session")
def made(chosen, full_store, compacted_store):
    """The full store as its loads left it, or written anew."""
    return full_store if chosen[1] == "deltas" else compacted_store


@pytest.fixture(scope="session")
def electorate(engine, made):
    return open_electorate(made.store, engine, None)
