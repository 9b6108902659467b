"""What was approved is what is sent: slots filled per person equal the whole text drawn for that person."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications import blocks, markup, merge_fields, message, ready, sandbox, sms, words
from notifications import compile as text
from notifications.blocks import Block
from notifications.compile import Source, Variant
from notifications.message import CannotBuild

CONSTANTS = {
    "notice.reference": "NOT-0000-0000",
    "organisation.name": "Lantern & Sons <Ltd>",
    "organisation.contact_name": "Aoife *Byrne*",
    "organisation.contact_email": "privacy@lantern.example",
    "organisation.contact_phone": "+353 1 555 0100",
    "organisation.address": "1 Harbour Row",
    "statement.what_happened": "A **copy** was left open.\n\n- one\n- two",
    "statement.consequences": "Spam.",
    "statement.measures": "Closed it.",
    "statement.advice": "- Change your password.",
}
URL = "https://privacy.lantern.example/n/abcdefghijklmnopqrstuv"
ALL = frozenset(merge_fields.PERSONAL)
BODIES = [
    "Dear {{ party.name }},\n\nyour number {{ party.reference }} and [page]({{ notice.url }}).\n",
    '{% if party.name != "" %}Dear {{ party.name }}{% else %}Hello{% endif %}\n\n1. {{ party.given_name }}\n2. x\n',
    "- {{ party.family_name }}\n- {{ party.name }}: {{ party.elements_list }}\n\n> {{ party.given_name }}\n\n{{ notice.url }}",
    "# {{ party.name }}\n\n{% for e in party.elements %}- {{ e }}\n{% endfor %}\n{{ statement.what_happened }}",
    "{{ block.what_to_do }}\n\n{{ party.name }}\n\n{{ block.state_insert }}\n\n{% if block.none == '' %}x{% endif %}",
]
BLOCKS = (
    Block("none", "nobody gets it", places=frozenset({"AQ"}), version=1),
    Block("state_insert", "United States, {{ party.reference }}", places=frozenset({"US"}), version=2),
    Block("state_insert", "**Maryland** for {{ party.name }}", places=frozenset({"US-MD"}), version=3),
    Block("what_to_do", "- {{ organisation.name }}: change it", frozenset({"email"}), version=4),
    Block("what_to_do", "- for all, {{ notice.url }}", version=5),
    Block("what_to_do", "- for health", frozenset({"medical"}), version=6),
)
PLACES = ["", "IE", "US", "US-MD", "US-TX", "AQ"]


def source(body: str, subject: str = "To {{ party.name }} of {{ organisation.name }}") -> Source:
    sms = "{{ organisation.name }}: {{ party.given_name }} {{ notice.url }}"
    return Source(subject, body, "en", CONSTANTS, sms=sms, blocks=BLOCKS)


awkward = st.one_of(
    st.text(min_size=1, max_size=40),
    st.sampled_from(
        [
            "<b>Bob</b>", '"Quote" O\'Neil', "مريم", "שרה כהן", "😀👩‍👩‍👧", ".dot", "..", "a\r\nBcc: x@y.example",
            "*star*", "[x](http://evil.example)", "1. one", "# head", "&amp;", "{{ party.name }}", "{% if %}",
            "\u202eevil", "`code`", "a\\", "-", "+ x", "> y", "|", "~~~", "=", "&nbsp;", "\u00a0", "_u_",
        ]
    ),
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    body=st.sampled_from(BODIES),
    name=awkward,
    given_name=awkward,
    family=awkward,
    reference=awkward,
    place=st.sampled_from(PLACES),
    elements=st.sampled_from([("email", "name"), ("medical",), ()]),
)
def test_filling_slots_equals_drawing_the_whole_text(
    body: str, name: str, given_name: str, family: str, reference: str, place: str, elements: tuple[str, ...]
) -> None:
    """Mail, letter and text message of one person, by the kept form of a whole segment and drawn for this person alone."""
    raw = dict(zip(merge_fields.PERSONAL, (name, given_name, family, reference), strict=True))
    values = {path: text.clean(value) for path, value in raw.items()}
    present = frozenset(path for path, value in values.items() if value)
    values[merge_fields.LINK.path] = URL
    variant = Variant(elements, present, place)
    kept = text.compile_notice(source(body), variants=[variant], sender="a@b.example", reply_to="").as_json()
    compiled = text.Compiled.from_json(kept)
    form = compiled.forms[compiled.narrow(variant)]
    filled = text.fill(form, values)
    literal = {path: markup.literal(value) for path, value in values.items()}
    literal[merge_fields.LINK.path] = URL
    whole_text, whole_html = text.render_body(source(body), variant, literal)
    assert filled.text == text.fold(whole_text)
    assert filled.html == text.fold(whole_html)
    assert filled.subject.split() == text.render_subject(source(body), variant, values).split()
    assert text.fill_letter(form, values) == text.render_letter(source(body), variant, literal)
    assert text.fill_sms(form, values).split() == text.render_sms(source(body), variant, values).split()


def test_a_person_gets_the_blocks_for_their_data_and_their_place_and_no_others() -> None:
    drawn = text.render_body(source(BODIES[-1]), Variant(("email",), ALL, "US-MD"), {})[0]
    for said, there in (
        ("Maryland", 1),
        ("United States", 1),
        ("change it", 1),
        ("for all", 1),
        ("for health", 0),
        ("nobody", 0),
    ):
        assert (said in drawn) == bool(there), said
    assert "United States" in text.render_body(source(BODIES[-1]), Variant((), ALL, "US-TX"), {})[0]
    assert [blocks.narrowed(place, {"US", "US-MD"}) for place in PLACES] == ["", "", "US", "US-MD", "US", ""]
    compiled = text.compile_notice(
        source(BODIES[-1]),
        variants=[Variant((), ALL, place) for place in PLACES],
        sender="a@b.example",
        reply_to="",
    )
    assert sorted(one.place for one in compiled.forms) == ["", "AQ", "US", "US-MD"]
    assert compiled.blocks == (1, 2, 3, 4, 5, 6)


@settings(max_examples=100, deadline=None)
@given(name=awkward)
def test_no_name_breaks_out_of_its_mail(name: str) -> None:
    variant = Variant(("email",), ALL)
    compiled = text.compile_notice(
        source(BODIES[0]), variants=[variant], sender="Lantern <privacy@lantern.example>", reply_to=""
    )
    values = dict.fromkeys(merge_fields.PERSONAL, text.clean(name)) | {merge_fields.LINK.path: URL}
    filled = text.fill(compiled.forms[compiled.variant(["email"], 0xFFFF)], values)
    form = compiled.forms[compiled.variant(["email"], 0xFFFF)]
    about: Any = {"recipient": "a@mail.example", "message_id": "x@lantern.example", "date": _now()}
    mail = message.build(compiled, filled, **about)
    sheet = message.Sheet.of(compiled, form)
    assert sheet.mail(values, **about) == mail
    assert sheet.mail(values, **about, eight_bit=False) == message.build(
        compiled, filled, **about, eight_bit=False
    )
    assert max(map(len, mail.body.split(b"\r\n"))) <= 998
    assert b"\n" not in mail.body.replace(b"\r\n", b"")
    wire = message.stuffed(mail.body)
    assert wire.count(b"\r\n.\r\n") == 1
    assert wire.endswith(b"\r\n.\r\n")
    read = message_from_bytes(mail.body, policy=policy.default)
    assert read["To"] == "<a@mail.example>" or "a@mail.example" in read["To"]
    assert read["Bcc"] is None
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]  # type: ignore[attr-defined]
    plain = read.get_body(("plain",)).get_content()  # type: ignore[attr-defined,union-attr]
    assert text.clean(name) in " ".join(plain.split())
    assert "<script" not in filled.html


def _now():  # type: ignore[no-untyped-def]
    from datetime import UTC, datetime

    return datetime(2026, 11, 22, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize("value", ["a\r\nBcc: x@y.example", "a\nb", "a\x00b", "a\u2028b"])
def test_a_header_with_a_line_break_is_refused(value: str) -> None:
    with pytest.raises(CannotBuild):
        message.header(value)
    with pytest.raises(CannotBuild):
        message.sender_header(f"{value} <a@b.example>")


@pytest.mark.parametrize(
    "address",
    ["a b@c.example", "a@b@c.example", "<a@b.example>", "a@b.example\r\nRCPT", "@x:y@z.example", "", "a", '"a"@b.example', "a@b.example,c@d.example"],
)  # fmt: skip
def test_an_address_that_could_mean_more_than_one_is_refused(address: str) -> None:
    with pytest.raises(CannotBuild):
        message.bare_address(address)


def test_a_long_value_never_makes_a_line_too_long() -> None:
    variant = Variant((), ALL)
    body = "{{ party.name }}" * 30 + "\n\n" + "word " * 400
    compiled = text.compile_notice(source(body), variants=[variant], sender="a@b.example", reply_to="")
    form = compiled.forms[compiled.variant([], 0xFFFF)]
    about: Any = {"recipient": "a@mail.example", "message_id": "x@lantern.example", "date": _now()}
    for name in ("ü" * 200, "<" * 200, "Jo", ".dot"):
        values = dict.fromkeys(merge_fields.PERSONAL, name) | {merge_fields.LINK.path: URL}
        filled = text.fill(form, values)
        assert max(len(line.encode()) for line in (filled.text + filled.html).split("\n")) <= 998
        built = message.build(compiled, filled, **about)
        assert message.Sheet.of(compiled, form).mail(values, **about) == built


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{{ party.nam }}", "Unknown field {{ party.nam }}"),
        ("{{ user.password }}", "Unknown field {{ user.password }}"),
        ("{% include 'x' %}", "cannot be read"),
        ("{% assign a = 1 %}", "cannot be read"),
        ("{{ party.name | append: 'x' }}", "no filter but default"),
        ("{{ notice.url | append: 'x' }}", "cannot be drawn"),
        ("{% if party.name %}", "cannot be read"),
        ("{{ party.name", "cannot"),
        ("{{ block.contact }}", "Unknown shared block {{ block.contact }}"),
        ("{{ block }}", "Unknown field {{ block }}"),
    ],
)
def test_a_text_that_cannot_be_drawn_says_why(body: str, said: str) -> None:
    found = sandbox.problems("s", body)
    if not found:
        with pytest.raises(ValidationError) as refusal:
            text.compile_form(source(body), Variant((), ALL))
        found = refusal.value.messages
    assert said in " ".join(found)


@pytest.mark.parametrize(
    "body",
    [
        "{{ party.name | upcase }}",
        "{{ party.name | capitalize }}",
        "{{ party.name | first }}",
        '{{ party.name | default: "x" | upcase }}',
        '{% if party.name == "Bob" %}x{% endif %}',
        '{% if party.name contains "B" %}x{% endif %}',
        "[x](https://evil.example/{{ party.name }})",
    ],
)
def test_a_field_that_is_bent_is_refused(body: str) -> None:
    with pytest.raises(ValidationError):
        text.compile_notice(source(body), variants=[Variant((), ALL)], sender="a@b.example", reply_to="")


@pytest.mark.parametrize(
    "body",
    [
        "{% for a in (1..100000) %}{% for b in (1..100000) %}x{% endfor %}{% endfor %}",
        "{% for a in (1..1999) %}" + "x" * 1000 + "{% endfor %}",
        "{% for a in (1..999999999) %}{% endfor %}",
    ],
)
def test_a_hostile_text_is_stopped(body: str) -> None:
    # Without its limits the engine would turn these loops for hours.
    with pytest.raises(ValidationError):
        text.compile_form(source(body), Variant((), ALL))


def test_what_is_kept_reads_back_the_same_and_a_changed_letter_changes_the_hash() -> None:
    compiled = text.compile_notice(
        source(BODIES[0]),
        variants=[Variant(("email",), ALL), Variant((), frozenset())],
        sender="a@b.example",
        reply_to="",
    )
    kept = compiled.as_json()
    assert text.Compiled.from_json(kept).as_json() == kept
    before = text.digest(kept)
    kept["variants"][0]["text"][0] += "."
    assert text.digest(kept) != before


def test_images_and_html_of_the_author_are_shown_as_typed() -> None:
    html = markup.as_html(
        "<img src=x onerror=alert(1)> ![a](https://t.example/p.gif) [b](javascript:alert(1))"
    )
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_every_language_has_every_word_of_english() -> None:
    english = words.of("en")
    for language in words.LANGUAGES:
        own = words.of(language)
        assert own["page"].keys() == english["page"].keys(), language
        assert own["actions"].keys() == english["actions"].keys(), language


def test_all_that_comes_with_the_product_can_be_drawn_and_translations_are_drafts_for_counsel() -> None:
    coming = ready.templates()
    names = {one.about["block"] for one in coming if "block" in one.about}
    inserts = [
        Block(one.about["block"], version["body"], version=place)
        for place, one in enumerate(coming, 1)
        if "block" in one.about
        for version in one.versions
        if version["language"] == "en"
    ]
    spoken: dict[str, set[str]] = {}
    for one in coming:
        for version in one.versions:
            which = (one.name, version["language"], version["channel"])
            own = Source(
                version.get("subject", ""),
                version["body"],
                version["language"],
                CONSTANTS,
                blocks=tuple(inserts),
            )
            found = sandbox.problems(own.subject, own.body, blocks=() if "block" in one.about else names)
            assert not found, (which, found)
            assert version["for_counsel"] == (version["language"] != "en"), which
            drawn = text.compile_form(own, Variant(("email", "name"), ALL, "US-MA"))
            assert not re.search(r"{{|{%", "".join(drawn.text)), which
            if version["channel"] == "email":
                spoken.setdefault(one.name, set()).add(version["language"])
                assert (merge_fields.LINK.path in drawn.html) == (one.name != "Massachusetts"), which
    assert spoken["High risk to people"] == spoken["Breach, short"] == set(words.LANGUAGES)
    assert len(spoken) == 6
    assert sms.measure("Ihre Größe: 5 €").words == "16 of 160 characters, 1 message"
    assert [sms.measure("a" * size).segments for size in (160, 161, 306, 307)] == [1, 2, 2, 3]
    assert [sms.measure("ж" * size).segments for size in (70, 71, 134, 135)] == [1, 2, 2, 3]


def test_the_text_part_reads_like_a_letter() -> None:
    drawn = markup.as_text(
        "# Head\n\nSome *words* and [a page](https://x.example/).\n\n- one\n- two\n\n1. a\n2. b\n"
    )
    assert "page</a> (https://x.example/)" in markup.as_letter("[page](https://x.example/) <b>")
    assert drawn == "Head\n\nSome words and a page: https://x.example/.\n\n- one\n- two\n\n1. a\n2. b\n"
