"""Kinds of data, with the ENISA category of each; keys are never renamed, labels may be."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class DataElement:
    """One kind of data: its label and its ENISA category."""

    label: str
    category: str  # simple, behavioural, financial, sensitive


def _elements(category: str, labels: dict[str, str]) -> dict[str, DataElement]:
    return {key: DataElement(label, category) for key, label in labels.items()}


DATA_ELEMENTS: dict[str, DataElement] = {
    **_elements(
        "simple",
        {
            "name": "Name",
            "email": "E-mail address",
            "phone": "Phone number",
            "postal_address": "Postal address",
            "username": "User name or online identifier",
            "birth_date": "Date of birth",
            "ssn": "US Social Security number",
            "drivers_licence": "Driver licence number",
            "driver_authorization_card": "Driver authorization card number",
            "state_id": "State or national identity card number",
            "passport": "Passport number",
            "military_id": "Military identification number",
            "tribal_id": "Tribal identification number",
            "student_id": "Student identification number",
            "voter_id": "Voter identification",
            "gov_id_other": "Other number on a government document",
            "tax_id": "Taxpayer identification number",
            "irs_ip_pin": "IRS identity-protection PIN",
            "mothers_maiden_name": "Mother's maiden name",
            "birth_marriage_certificate": "Birth or marriage certificate",
            "electronic_signature": "Electronic signature",
            "digital_signature_key": "Private signing key",
            "online_credentials": "User name or e-mail with password or security answer",
            "email_credentials": "Credentials of an e-mail account",
            "email_with_account_code": "E-mail address with a code that opens an account",
            "shared_secret_token": "Shared secret or security token",
            "employer_id_with_code": "Employer's ID with code or password",
            "photos": "Photos or video of a person",
            "family": "Family and household",
            "education": "Education",
            "work": "Work and career",
            "work_evaluation": "Work-related evaluation",
            "dissociated_data_with_link": "Separated data together with the means to link them",
        },
    ),
    **_elements(
        "behavioural",
        {
            "location": "Location",
            "licence_plate_reads": "Automated licence-plate reads",
            "messages": "Private messages or calls",
            "contacts": "Contacts and connections",
            "usage": "Usage, preferences, habits",
            "traffic": "Traffic and device data",
            "cpni": "Customer proprietary network information",
        },
    ),
    **_elements(
        "financial",
        {
            "financial_account_with_code": "Account or card number with a code that opens it",
            "financial_account": "Account number, usable without a code",
            "payment_card": "Card number without a code",
            "bank_account_number": "Bank account number",
            "financial_access_code": "PIN, password or code of a financial account",
            "financial_access_data_other": "Other data that reach a financial account",
            "payment_routing_identifier_with_code": "Routing identifier with a code",
            "tax_information": "Tax information",
            "transactions": "Transactions, income, debts",
            "customer_information_glba": "Non-public customer information of a financial institution (GLBA)",
            "sensitive_customer_information": "Sensitive customer information of a financial institution",
        },
    ),
    **_elements(
        "sensitive",
        {
            "medical": "Medical history, condition, treatment or diagnosis",
            "medical_id": "Medical identification number",
            "health_insurance": "Health-insurance number",
            "phi": "Protected health information held under HIPAA",
            "phr": "Health information in a personal health record",
            "biometric": "Biometric data that identify",
            "genetic": "Genetic data",
            "ethnic_origin": "Racial or ethnic origin",
            "political": "Political opinions",
            "religion": "Religion or belief",
            "union": "Trade-union membership",
            "sexual_life": "Sexual life or orientation",
            "criminal": "Criminal convictions and offences",
        },
    ),
}

# A rule that lists only "other government numbers" covers these too; credentials of a mailbox are online credentials.
ELEMENT_IMPLIES: dict[str, tuple[str, ...]] = {
    "passport": ("gov_id_other",),
    "state_id": ("gov_id_other",),
    "military_id": ("gov_id_other",),
    "tribal_id": ("gov_id_other",),
    "driver_authorization_card": ("gov_id_other",),
    "email_credentials": ("online_credentials", "email"),
    "email_with_account_code": ("email",),
    "phi": ("medical",),
    "phr": ("medical",),
}

# What identifies a person by itself, for laws that ask for "any identifier" instead of a name.
IDENTIFIERS: frozenset[str] = frozenset(
    [
        "name",
        "email",
        "phone",
        "postal_address",
        "username",
        "online_credentials",
        "email_credentials",
        "email_with_account_code",
        "ssn",
        "drivers_licence",
        "driver_authorization_card",
        "state_id",
        "passport",
        "military_id",
        "tribal_id",
        "student_id",
        "voter_id",
        "gov_id_other",
        "tax_id",
        "medical_id",
        "health_insurance",
        "biometric",
        "genetic",
        "phi",
        "phr",
    ]
)


def in_a_row(labels: Iterable[str]) -> list[str]:
    """Labels as one sentence lists them: small letters after the first, but for abbreviations ("PIN", "US")."""
    return [label if position == 0 else _small(label) for position, label in enumerate(labels)]


def _small(label: str) -> str:
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
