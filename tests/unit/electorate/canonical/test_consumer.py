import polars as pl

from hustings.electorate.canonical import to_consumer
from hustings.electorate.layouts import list_layouts, load_layout
from hustings.electorate.reading import read_blocks


def read(tmp_path, layout, text):
    path = tmp_path / "attributes.csv"
    path.write_text(text, encoding="utf-8")
    (block,) = read_blocks(path, layout)
    return to_consumer(block, layout)


def test_a_file_under_our_own_names(tmp_path):
    layout = load_layout("consumer")
    block = read(tmp_path, layout, "voter_id,education,homeowner,partisan_score\n007,college,Y,61\n008,,,\n")
    found = block.consumer
    assert found.columns[:3] == ["id_system", "source_id", "state"]
    assert set(found.dtypes) == {pl.String}
    assert found.select("id_system", "source_id", "education", "homeowner", "partisan_score").rows() == [
        ("state", "007", "college", "Y", "61"),
        ("state", "008", None, None, None),
    ]
    assert block.provenance["education"] == "modelled"
    assert block.provenance["homeowner"] == "observed"
    assert set(block.provenance) == set(found.columns[3:])


def test_what_a_vendor_adds_to_the_registration(tmp_path):
    layout = load_layout("targetsmart-consumer")
    text = "vb_voterbase_id,vb_voterid,ts_tsmart_partisan_score,ts_tsmart_urbanicity,vb_vf_g2016\nNC-7,EH1,61.5,R1,Y\n"
    block = read(tmp_path, layout, text)
    assert block.consumer.select("source_id", "state", "partisan_score", "urbanicity").row(0) == (
        "EH1", "NC", "61.5", "R1",
    )  # fmt: skip


def test_every_attribute_of_every_layout_says_whether_it_is_observed():
    for line in list_layouts():
        if line.kind == "consumer":
            fields = load_layout(line.name).fields
            said = {name: spec.provenance for name, spec in fields.items() if name not in ("source_id", "state")}
            assert set(said.values()) <= {"observed", "modelled"}, line.name
