"""The questionnaire: SurveyJS JSON, read and checked, routed, asked on the web, by text and by call.

===============  ==============================================================
file             holds
===============  ==============================================================
``reading``      a file to a :class:`Questionnaire`, or what is wrong with it
``elements``     one element of a page: what is supported of SurveyJS
``choices``      what a question offers: lists, scales, "don't know"
``places``       where in the file we are, for errors that say so
``expressions``  conditions: parser, evaluation, words
``model``        pages, questions, splits, endings, a respondent's assignment
``checking``     names, references, dead ends, questions that are never asked
``routing``      answers so far -> the next page or question
``views``        a question ready to be shown; numbers to press
``replies``      what was typed or pressed -> an answer, or what is expected
``telling``      a question as a text message or read out
``templates``    questions for each option of a contest; the shipped tracker
===============  ==============================================================
"""

from hustings.survey.questionnaire.checking import check_options
from hustings.survey.questionnaire.model import Answer, AnswerError, Assignment, Page, Question, Questionnaire, Split
from hustings.survey.questionnaire.reading import parse_questionnaire, read_questionnaire
from hustings.survey.questionnaire.replies import answer_rows, check_answer, from_keys
from hustings.survey.questionnaire.routing import (
    Ask,
    Finished,
    Step,
    assign,
    next_question,
    next_step,
    on_route,
    page_at,
    progress,
    trail,
)
from hustings.survey.questionnaire.telling import sms_text, voice_text
from hustings.survey.questionnaire.templates import daily_tracker, fill_template
from hustings.survey.questionnaire.views import PageView, QuestionView

__all__ = [
    "Answer",
    "AnswerError",
    "Ask",
    "Assignment",
    "Finished",
    "Page",
    "PageView",
    "Question",
    "QuestionView",
    "Questionnaire",
    "Split",
    "Step",
    "answer_rows",
    "assign",
    "check_answer",
    "check_options",
    "daily_tracker",
    "fill_template",
    "from_keys",
    "next_question",
    "next_step",
    "on_route",
    "page_at",
    "parse_questionnaire",
    "progress",
    "read_questionnaire",
    "sms_text",
    "trail",
    "voice_text",
]
