"""What a column may hold, and the headings people give it in several languages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from law.vocabulary import DATA_ELEMENTS
from stakeholders.sealing import FIELDS, fold

CLEAR: Final = ("country", "subdivision", "language", "elements", "addressee", "birth_date")
TARGETS: Final = (*FIELDS, *CLEAR)
ELEMENT_PREFIX: Final = "element:"  # a column that says yes or no for one kind of data

HEADINGS: Final[dict[str, str]] = {
    "name": "name full_name fullname display_name customer_name nom_complet nombre_completo nome_completo naam "
    "vollstandiger_name imie_i_nazwisko navn namn person contact",
    "given_name": "given_name first_name firstname forename vorname prenom nombre nome voornaam fornamn fornavn imie",
    "family_name": "family_name last_name lastname surname nachname familienname nom apellido apellidos cognome "
    "sobrenome apelido achternaam efternamn etternavn nazwisko",
    "email": "email e_mail mail email_address e_mail_address mailadresse e_mail_adresse courriel adresse_email "
    "adresse_e_mail adresse_mail correo correo_electronico endereco_de_email posta_elettronica indirizzo_email "
    "epost e_post mailadres e_mailadres adres_email",
    "phone": "phone phone_number telephone tel mobile mobile_phone cell telefon telefonnummer handy mobil "
    "numero_de_telephone portable telefono movil celular telefone telemovel cellulare telefoon telefoonnummer",
    "address1": "address address1 address_1 address_line_1 street strasse anschrift adresse rue direccion calle "
    "endereco rua indirizzo via adres straat gata gateadresse",
    "address2": "address2 address_2 address_line_2 apartment zusatz adresszusatz complement complemento",
    "postcode": "postcode post_code postal_code zip zip_code zipcode plz postleitzahl code_postal codigo_postal cep "
    "cap postnummer kod_pocztowy",
    "town": "town city ort stadt wohnort ville ciudad poblacion cidade citta plaats stad by ort_namn miasto",
    "region": "region county",
    "reference": "reference ref id user_id userid account account_id account_number customer_id customer_number "
    "kundennummer konto_id numero_client numero_de_cliente id_cliente klantnummer kundnummer member_id",
    "representative": "representative guardian guardian_name parent parent_name next_of_kin_name vormund",
    "country": "country country_code land pays pais paese kraj nation residence country_of_residence",
    "subdivision": "state province subdivision us_state bundesland etat estado provincia provincie stato",
    "language": "language lang locale sprache langue idioma lingua taal sprak jezyk preferred_language",
    "elements": "elements data data_elements exposed exposed_data data_exposed daten donnees datos dados dati",
    "addressee": "addressee addressee_kind write_to empfanger",
    "birth_date": "birth_date date_of_birth dob birthday birthdate geburtsdatum geburtstag date_de_naissance "
    "fecha_de_nacimiento data_de_nascimento data_di_nascita geboortedatum fodelsedatum data_urodzenia",
}


def slug(text: str) -> str:
    """A heading without case, accents and punctuation."""
    return re.sub(r"[^0-9a-z]+", "_", fold(text.lstrip("\ufeff"))).strip("_")


@lru_cache(maxsize=1)
def _by_heading() -> dict[str, str]:
    return {word: target for target, words in HEADINGS.items() for word in words.split()}


def guess_target(heading: str) -> str:
    """What a column with this heading holds; "" when nobody can say."""
    word = slug(heading)
    if word in TARGETS:
        return word
    if word.removeprefix("element_") in DATA_ELEMENTS and word.startswith("element_"):
        return ELEMENT_PREFIX + word.removeprefix("element_")
    return _by_heading().get(word, "")


def by_heading(headings: Sequence[str], targets: Mapping[str, str]) -> dict[str, str]:
    """Column number -> field for a file with these headings; the first of two equal headings counts."""
    mapping: dict[str, str] = {}
    for column, heading in enumerate(headings):
        target = targets.get(slug(heading), "")
        if target and target not in mapping.values():
            mapping[str(column)] = target
    return mapping


def is_target(target: str) -> bool:
    """Whether a mapping may name it."""
    return target in TARGETS or target.removeprefix(ELEMENT_PREFIX) in DATA_ELEMENTS
