import re

import pytest
from django.template import engines

from config.ui import chips, words


def render(source, **context):
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize(
    ("level", "word"),
    [
        ("very_high", "Very high"),
        ("high", "High"),
        ("medium", "Medium"),
        ("low", "Low"),
        ("none", "Not assessed"),
        ("", "Not assessed"),
        (None, "Not assessed"),
    ],
)
def test_severity_is_told_by_a_word(level, word):
    html = render("{% severity level %}", level=level)
    assert word in html
    assert "<svg" in html


def test_no_two_severities_share_a_shape():
    assert len({shape for _word, _name, shape in chips.LEVELS.values()}) == len(chips.LEVELS)


def test_no_two_tones_share_a_mark():
    assert len(set(chips.TONES.values())) == len(chips.TONES)


def test_an_unknown_level_or_tone_is_a_bug():
    with pytest.raises(KeyError):
        chips.severity("critical")
    with pytest.raises(KeyError):
        chips.state("x", tone="red")


def test_the_words_of_a_state_are_escaped():
    assert "&lt;i&gt;" in render("{% state text %}", text="<i>")


def test_an_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in render('{% icon "clock" %}')
    labelled = render('{% icon "clock" label=words %}', words='Late "now" <b>')
    assert 'role="img"' in labelled
    assert "<b>" not in labelled
    assert "aria-hidden" not in labelled


def coverage(**counts):
    return render(
        "{% coverage notified=notified unreachable=unreachable exempt=exempt waiting=waiting %}",
        **{"notified": 0, "unreachable": 0, "exempt": 0, "waiting": 0, **counts},
    )


def test_coverage_adds_up_on_the_page():
    html = coverage(notified=1412, unreachable=63, exempt=25, waiting=500)
    figures = [int(figure.replace(",", "")) for figure in re.findall(r"<dd>([\d,]+)", html)]
    assert figures == [1412, 63, 25, 500, 2000]
    assert sum(figures[:4]) == figures[4]


def test_coverage_segments_join_without_gaps():
    html = coverage(notified=1, unreachable=1, exempt=1, waiting=1)
    segments = [(float(x), float(width)) for x, width in re.findall(r'x="([\d.]+)%" width="([\d.]+)%"', html)]
    assert segments == [(0, 25), (25, 25), (50, 25), (75, 25)]


def test_coverage_of_nobody_divides_by_nothing():
    html = coverage()
    assert "= Affected" in html
    assert "%" not in html.partition("<dl>")[2].replace("100%", "")


def test_a_tiny_share_is_not_rounded_to_none_nor_a_big_one_to_all():
    html = coverage(notified=99_999, waiting=1)
    assert "&lt;1 %" in html
    assert "&gt;99 %" in html


@pytest.mark.parametrize(
    ("value", "total", "text", "width"),
    [
        (412, 2000, "412 of 2,000 (21 %)", "20.6%"),
        (0, 0, "0 of 0", "0.0%"),
        (5, None, "5 of unknown", "0.0%"),
        (9, 3, "9 of 3 (300 %)", "100.0%"),
    ],
)
def test_a_meter_tells_its_figures_and_never_overflows(value, total, text, width):
    html = render('{% meter value total "Imported" %}', value=value, total=total)
    assert text in html
    assert f'width="{width}"' in html


def test_a_number_is_grouped_and_an_unknown_one_said():
    assert ">2,000,001<" in render("{% number n %}", n=2_000_001)
    assert "unknown" in render("{% number n %}", n=None)


def test_what_identifies_can_be_shortened_but_is_copied_whole():
    html = render("{% mono text short=14 copy=True %}", text="9f2c4d1e0b7a99887766554433221100")
    assert ">9f2c4d1e0…1100<" in html
    assert 'data-copy="9f2c4d1e0b7a99887766554433221100"' in html
    assert "hidden" in html


@pytest.mark.parametrize(
    ("clear", "masked"),
    [
        ("mara.okafor@example.org", "m…@example.org"),
        ("+353 1 555 0142", "•••• 42"),
        ("Mara Okafor", "M••• O•••"),
        ("", ""),
        (None, ""),
    ],
)
def test_contact_details_are_masked(clear, masked):
    assert words.masked(clear) == masked


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana Ruiz", "AR"),
        ("Ana", "A"),
        ("ana.ruiz@lantern.example", "AR"),
        ("Ana Maria de Ruiz", "AR"),
        ("", ""),
    ],
)
def test_people_have_initials(name, letters):
    assert words.initials(name) == letters


def test_an_empty_page_says_what_to_do():
    html = render('{% empty "Nothing waits" "It comes from staff." "/report/" "Report something" %}')
    assert '<a class="button" href="/report/">Report something</a>' in html
    assert "Nothing waits" in html


def test_the_head_of_a_page_has_one_h1_a_way_back_and_actions():
    html = render(
        '{% page_header title back_url="/incidents/" back_label="Incidents" reference="INC-7K3M-Q2XA" lede="Sorted" %}'
        '<a class="button" href="/new/">New</a>{% endpage_header %}',
        title="A & B",
    )
    assert html.count("<h1>") == 1
    assert "A &amp; B" in html
    assert '<a href="/incidents/">Incidents</a>' in html
    assert "INC-7K3M-Q2XA" in html
    assert '<div class="page-actions"><a class="button" href="/new/">New</a></div>' in html


def test_a_head_without_actions_leaves_no_empty_box():
    assert "page-actions" not in render('{% page_header "Title" %} {% endpage_header %}')


def test_languages_are_told_by_their_names():
    assert [words.language_name(code) for code in ("fr", "pt-BR", "xx-unknown")] == [
        "French",
        "Brazilian Portuguese",
        "xx-unknown",
    ]
    assert words.language_names(["fr", "de"]) == "French, German"
