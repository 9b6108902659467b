import re

import pytest
from django import forms
from django.template import engines


class Answers(forms.Form):
    title = forms.CharField(label="What happened?", help_text="Do not name people.")
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea)
    role = forms.ChoiceField(
        label="Our role", choices=[("c", "Controller"), ("p", "Processor")], widget=forms.RadioSelect
    )
    told = forms.BooleanField(label="I have told the lead", required=False)
    secret = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("Awareness cannot lie in the future.")


def render(source, **context):
    return engines["django"].from_string(source).render(context)


@pytest.fixture
def refused():
    return render("{{ form }}", form=Answers({"notes": "<script>alert(1)</script>"}))


def test_fields_that_may_stay_empty_are_marked_in_words():
    html = render("{{ form }}", form=Answers())
    assert re.search(r'Notes <span class="optional">\(optional\)</span>', html)
    assert "*" not in html
    assert html.count("(optional)") == 1


def test_hints_and_errors_are_tied_to_their_field(refused):
    described = re.search(r'<input[^>]*name="title"[^>]*>', refused).group(0)
    assert 'aria-describedby="id_title_helptext id_title_error"' in described
    assert 'aria-invalid="true"' in described
    assert 'id="id_title_helptext"' in refused
    assert 'id="id_title_error"' in refused


def test_errors_stand_on_top_and_lead_to_their_fields(refused):
    summary = refused[: refused.index('class="field')]
    assert 'role="alert"' in summary
    assert "Awareness cannot lie in the future." in summary
    assert '<a href="#id_title">What happened? This field is required.</a>' in summary
    assert 'href="#id_role_0"' in summary


def test_every_link_of_the_summary_finds_its_field(refused):
    for target in re.findall(r'<a href="#([^"]+)"', refused):
        assert f'id="{target}"' in refused


def test_an_error_of_a_hidden_field_is_shown_too(refused):
    assert "Secret: This field is required." in refused


def test_what_was_typed_comes_back_escaped(refused):
    assert "<script>" not in refused
    assert "&lt;script&gt;" in refused


def test_a_group_of_choices_has_a_legend():
    html = render("{% field form.role %}", form=Answers())
    assert "<fieldset" in html
    assert "<legend>Our role</legend>" in html


def test_a_tick_box_stands_before_its_label():
    html = render("{% field form.told %}", form=Answers())
    assert html.index("<input") < html.index("<label")


def test_a_fresh_form_shows_no_errors():
    assert "error" not in render("{{ form }}", form=Answers())
    assert render("{% error_summary form %}", form=Answers()) == ""
