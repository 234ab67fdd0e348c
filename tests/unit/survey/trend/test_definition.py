from __future__ import annotations

from hustings.survey.trend.definition import definition_measures, says_something
from made_answers import interviews

SOMETHING = """
jobs
Jobs and the economy
5G towers
$15 minimum wage
U.S. first
NATO
2nd amendment
gun control!!!
nothing but lies
nothing good
no new taxes
none of the above, she lies about everything
no war
I don't know, maybe health care
not sure but I think taxes
unknown to me until the scandal about his taxes
build the wall
LGBTQ+ rights
he is a 🤡 and a liar
corruption, fraud & emails
Making America great again
don't know much but he wants lower taxes
la inmigración
más empleos
nada más que mentiras
Gesundheit für alle
здоровье
мир и работа
和平
工作
일자리와 경제
việc làm
صحة
בריאות
passing a health bill
skipping the debate
""".strip().splitlines()
NOTHING = """
don't know
Don’t know.
DONT KNOW
dk
D/K
idk
IDK lol
i dunno
I really don't know
I do not know
not sure
Not sure at all
no idea
no clue
nothing
Nothing really
nothing comes to mind
none
None.
n/a
N.A.
na
no
nope
can't say
can’t think of anything
I have no idea
haven't heard anything
have not heard much about him
don't know much about her
refused
prefer not to say
pass
?
???
...
-
x
xxx
123
🤷
😡😡
👍🏽

no sé
no se
nada
ninguno
no estoy seguro
не знаю
不知道
没有
모르겠어요
không biết
hindi ko alam
je ne sais pas
""".strip("\n").splitlines()


def test_what_people_really_write():
    assert [words for words in SOMETHING if not says_something(words)] == []
    assert [words for words in [*NOTHING, None, "   ", "\u200d", "\n\t", "पता नहीं"] if says_something(words)] == []


def test_who_is_defined_and_whose_theme_the_news_is():
    found = interviews(
        {
            "ames_for": ["jobs", "idk", "", None, "war and peace"],
            "ames_news": ["jobs", "jobs", "mail", "dk", None],
        }
    )
    measures = {
        name: (outcome.tolist(), base.tolist())
        for name, outcome, base in definition_measures(found.wide(), found.codebook)
    }
    assert measures == {
        "defined:dem": ([1, 0, 0, 0, 1], [1, 1, 1, 0, 1]),
        # Who recalls nothing with a subject is not in the base.
        "theme_owned:dem": ([1, 1, 0, 0, 0], [1, 1, 1, 0, 0]),
    }
