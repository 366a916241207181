"""A formula stays in its sentence, as one would type it, and no trick with its tags gets anything else through."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.parse.clean import sanitise, summary_from
from dailyten.parse.formulas import MOST_FORMULA, formulas_as_words
from tests.patience import effort

HALF = "<mfrac><mn>1</mn><mn>2</mn></mfrac>"
SQUARE = "<msup><mi>x</mi><mn>2</mn></msup>"


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        pytest.param("<mi>x</mi><mo>=</mo><mn>2</mn>", "x = 2", id="a line"),
        pytest.param(f"<mrow>{SQUARE}<mo>+</mo>{HALF}</mrow>", "x^2 + 1/2", id="power and fraction"),
        pytest.param(
            "<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>c</mi></mfrac>", "(a + b)/c", id="brackets"
        ),
        pytest.param(f"<msqrt>{SQUARE}<mo>-</mo><mn>1</mn></msqrt>", "√(x^2 - 1)", id="root"),
        pytest.param("<mroot><mi>x</mi><mn>3</mn></mroot>", "x^(1/3)", id="third root"),
        pytest.param("<msubsup><mo>∑</mo><mi>i</mi><mi>n</mi></msubsup><mi>i</mi>", "∑_i^ni", id="sum"),
        pytest.param(
            f"<semantics>{HALF}<annotation encoding='application/x-tex'>\\frac12</annotation></semantics>",
            "1/2",
            id="the same once more in TeX",
        ),
        pytest.param("<mtext>clicks per view</mtext>", "clicks per view", id="words"),
        pytest.param("<mn>3</mn><mo>&lt;</mo><mn>5</mn>", "3 &lt; 5", id="a sign that is markup"),
        pytest.param("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable>", "1 2;", id="a table"),
        pytest.param("<mfrac><mn>1</mn><mn>2</mn><mn>3</mn></mfrac><mi>x", "123x", id="not as it should be"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_formula_is_written_out_in_its_sentence(formula: str, words: str) -> None:
    cleaned = sanitise(f'<p>So <MATH display="block">{formula}</math > it is.</p>', "").html

    assert cleaned == f"<p>So {words} it is.</p>"


def test_a_summary_has_the_formula_too_and_several_are_kept_apart() -> None:
    markup = f"<p>First <math>{HALF}</math>, then <math>{SQUARE}</math>.</p>"

    assert summary_from(markup) == "First 1/2, then x^2."


@pytest.mark.parametrize(
    "markup",
    [
        "<math><mtext><img src=x onerror=y></mtext></math>b",
        "<math><mtext><script>x()</script></mtext></math>b",
        "<math><annotation-xml encoding='text/html'><a href='javascript:x()'>a</a></annotation-xml></math>b",
        "<math><mtext>&lt;img src=x onerror=y&gt;</mtext></math>b",
        "<p title='<math>'><mi>\"onclick=x</mi></math>b",
        '<math><mi//xlink:href="data:x,<script>y</script>"></math>b',
        "<math><math><mi><table><mglyph><style></math><img src onerror=alert(1)>",
    ],
)
def test_no_trick_with_a_formula_gets_anything_through(markup: str) -> None:
    cleaned = sanitise(markup, "https://f.example/").html

    assert not re.search(r"<(?:img|script|math|style|a)\b|<[^>]* on", cleaned), cleaned
    assert sanitise(cleaned, "https://f.example/").html == cleaned


@given(
    markup=st.lists(st.sampled_from(["<math>", "</math>", "<mi>", "</mi>", "<mfrac>", "x", "&lt;", "<b>", "'", "<"]))
)
def test_whatever_stands_around_formulas_nothing_is_lost_before_the_first_or_after_the_last(markup: list[str]) -> None:
    text = f"before {''.join(markup)} after"

    found = formulas_as_words(text)

    assert found.startswith("before")
    assert found.endswith("after")


@pytest.mark.parametrize(
    "monster",
    [
        pytest.param("<math>" * 40_000, id="never closed"),
        pytest.param("</math>" * 40_000, id="never opened"),
        pytest.param("<math>" + "<mrow>" * 3_000 + "</math>", id="deep"),
        pytest.param("<math>" * 1_000 + "</math>" * 20_000, id="closed too often"),
        pytest.param("<math>" + "<mi>x</mi>" * MOST_FORMULA + "</math>", id="long"),
        pytest.param(("<math>" + "</mi>" * 2_000 + "</math>") * 20, id="ends of nothing"),
    ],
)
def test_monstrous_formulas_take_no_time(monster: str) -> None:
    assert effort(lambda: formulas_as_words(monster)) < 50
