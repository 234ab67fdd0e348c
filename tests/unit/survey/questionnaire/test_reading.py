"""Files: broken, odd, and read whole."""

from __future__ import annotations

import contextlib
import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.errors import HustingsError, InputError
from hustings.survey.questionnaire import daily_tracker, parse_questionnaire, read_questionnaire
from made_questionnaires import OPTIONS, pages, radio, read


def test_a_file_is_read(tmp_path):
    path = tmp_path / "q.json"
    path.write_bytes(b"\xef\xbb\xbf" + pages(radio("q")).encode())
    questionnaire = read_questionnaire(path)
    assert questionnaire.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [item.name for item in questionnaire.codebook.items] == ["q"]
    with pytest.raises(InputError, match="cannot be read"):
        read_questionnaire(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'{"pages": [\n  {"name" 1}]}', "line 2, column 11"),
        (b"\xff\xfe{", "no UTF-8 text at byte 0"),
        (b"[]", "expected a JSON object"),
        (b"{}", "has no pages"),
        (b'{"pages": [{"name": "a", "name": "b"}]}', "property 'name' twice"),
        (b'{"pages": ["x"]}', "page 1: is no page"),
        (b'{"pages": [{"name": "a"}]}', "page 'a': asks nothing"),
        (b'{"calculatedValues": [1], "elements": [{"type": "text", "name": "t"}]}', "'calculatedValues'"),
    ],
)
def test_what_is_wrong_with_a_file(text, said):
    with pytest.raises(InputError, match=said):
        parse_questionnaire(text, file="q.json")


@pytest.mark.parametrize(
    ("top", "said"),
    [
        ({"splits": [{"name": "m", "arms": ["a"]}]}, "at least two"),
        ({"splits": [{"name": "m", "arms": ["a", "b"], "weights": [1, 0]}]}, "above 0"),
        ({"splits": [{"arms": ["a", "b"]}]}, "split 1: has no name"),
        ({"triggers": [{"type": "skip", "expression": "{q} = 'no'"}]}, "trigger 'skip' is not supported"),
        ({"triggers": [{"type": "complete"}]}, "needs an expression"),
        ({"completedHtml": "<script>1</script>"}, "holds <script>"),
    ],
)
def test_what_is_wrong_above_the_pages(top, said):
    with pytest.raises(InputError, match=said):
        read(radio("q"), **top)


def test_panels_hand_on_their_conditions():
    inner = {"type": "panel", "name": "in", "visibleIf": "{b} = 'yes'", "elements": [radio("c")]}
    outer = {"type": "panel", "name": "out", "title": "Words", "elements": [radio("b"), inner]}
    page = {"name": "p", "visibleIf": "{a} = 'yes'", "elements": [{**outer, "visibleIf": "{a} notempty"}]}
    questionnaire = read(radio("a"), page)
    assert [one.text for one in questionnaire.question("c").conditions] == [
        "{a} = 'yes'",
        "{a} notempty",
        "{b} = 'yes'",
    ]
    assert questionnaire.pages[1].notes[0].text == "Words"


def test_elements_without_pages_are_one_page():
    assert len(parse_questionnaire('{"elements": [{"type": "text", "name": "t"}]}').pages) == 1


def test_weights_become_shares():
    split = read(radio("q"), splits=[{"name": "m", "arms": ["a", 2], "weights": [1, 3]}]).splits[0]
    assert (split.arms, split.shares) == (("a", "2"), (0.25, 0.75))


ODD = st.sampled_from([None, 0, -1.5, True, "", "x", "{", [], [1], [[]], [None], {}, {"a": 1}, {"value": [1]}, 1e999])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_file_with_anything_anywhere_is_read_or_explained(data):
    """Replace or remove any part of the tracker: what is wrong is told, nothing else happens."""
    found = json.loads(daily_tracker(OPTIONS))
    holder, keys = found, list(found)
    for _ in range(data.draw(st.integers(0, 7))):
        inner = [key for key in keys if isinstance(holder[key], dict | list) and holder[key]]
        if not inner:
            break
        holder = holder[data.draw(st.sampled_from(inner))]
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    key = data.draw(st.sampled_from(keys))
    if data.draw(st.booleans()):
        holder[key] = data.draw(ODD)
    else:
        del holder[key]
    with contextlib.suppress(HustingsError):
        parse_questionnaire(json.dumps(found))
