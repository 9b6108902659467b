"""What Lantern tells the people affected, in the languages they read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import override

STATEMENTS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "what_happened": (
            "Our contact-import tool showed parts of profiles that were set to private. Between {since} and {until}, "
            "some accounts used it to collect data from profiles they had nothing to do with."
        ),
        "consequences": (
            "Whoever has these data can write or call in our name or in a friend's name, and may know the date of "
            "birth and the people somebody is in touch with."
        ),
        "measures": (
            "We switched the tool off on {until}, closed the accounts that misused it, and told the data protection "
            "authorities. The tool comes back only when it asks each profile first."
        ),
        "advice": (
            "Be wary of messages and calls that name your friends or your date of birth. We never ask for a "
            "password. Look at who may find you, in the settings under Privacy."
        ),
    },
    "de": {
        "what_happened": (
            "Unsere Funktion „Kontakte importieren“ zeigte Teile von Profilen, die auf privat gestellt waren. Zwischen "
            "dem {since} und dem {until} sammelten einige Konten damit Daten aus Profilen, mit denen sie nichts zu tun "
            "hatten."
        ),
        "consequences": (
            "Wer diese Daten hat, kann in unserem Namen oder im Namen von Freunden schreiben oder anrufen. Er kennt "
            "vielleicht Ihr Geburtsdatum und weiß, mit wem Sie in Kontakt stehen."
        ),
        "measures": (
            "Wir haben die Funktion am {until} abgeschaltet, die missbräuchlichen Konten geschlossen und die "
            "Datenschutzbehörden informiert. Die Funktion kommt erst zurück, wenn sie jedes Profil vorher fragt."
        ),
        "advice": (
            "Seien Sie vorsichtig bei Nachrichten und Anrufen, die Ihre Freunde oder Ihr Geburtsdatum nennen. Wir "
            "fragen nie nach einem Passwort. Prüfen Sie in den Einstellungen unter „Privatsphäre“, wer Sie finden darf."
        ),
    },
    "fr": {
        "what_happened": (
            "Notre outil d’importation de contacts montrait des parties de profils réglés sur privé. Entre le {since} "
            "et le {until}, certains comptes s’en sont servis pour recueillir des données de profils avec lesquels ils "
            "n’avaient aucun lien."
        ),
        "consequences": (
            "Qui détient ces données peut écrire ou appeler en notre nom ou au nom d’un ami, et peut connaître votre "
            "date de naissance et les personnes avec qui vous êtes en contact."
        ),
        "measures": (
            "Nous avons arrêté l’outil le {until}, fermé les comptes qui en abusaient et informé les autorités de "
            "protection des données. L’outil ne reviendra que lorsqu’il demandera d’abord l’accord de chaque profil."
        ),
        "advice": (
            "Méfiez-vous des messages et des appels qui citent vos amis ou votre date de naissance. Nous ne demandons "
            "jamais de mot de passe. Vérifiez qui peut vous trouver, dans les réglages, sous « Confidentialité »."
        ),
    },
    "es": {
        "what_happened": (
            "Nuestra herramienta para importar contactos mostraba partes de perfiles configurados como privados. Entre "
            "el {since} y el {until}, algunas cuentas la usaron para recoger datos de perfiles con los que no tenían "
            "ninguna relación."
        ),
        "consequences": (
            "Quien tenga estos datos puede escribir o llamar en nuestro nombre o en el de un amigo, y puede conocer su "
            "fecha de nacimiento y las personas con las que está en contacto."
        ),
        "measures": (
            "Desactivamos la herramienta el {until}, cerramos las cuentas que abusaron de ella e informamos a las "
            "autoridades de protección de datos. Solo volverá cuando pregunte antes a cada perfil."
        ),
        "advice": (
            "Desconfíe de los mensajes y llamadas que mencionen a sus amigos o su fecha de nacimiento. Nunca pedimos "
            "una contraseña. Revise quién puede encontrarle, en los ajustes, en «Privacidad»."
        ),
    },
}


def dated(words: str, seen: datetime, language: str = "en") -> str:
    """Put the days of the story into a text, as its language writes them."""
    days = {"since": seen - timedelta(days=17), "until": seen}
    how = "j F Y" if language == "en" else "DATE_FORMAT"
    with override(language):
        return words.format(**{name: date_format(day.date(), how) for name, day in days.items()})


def statement(language: str, seen: datetime) -> dict[str, str]:
    """What happened, what may follow, what was done and what to do."""
    return {key: dated(words, seen, language) for key, words in STATEMENTS[language].items()}
