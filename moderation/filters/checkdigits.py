"""Check digits of numbers that identify somebody. Each takes the bare number and says whether it can be one."""

from datetime import date

_CN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# Chinese provinces, first two digits of an ID number.
_CN_PROVINCES = frozenset(
    [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82]
)
_IBAN_LENGTHS = {
    country: int(length)
    for country, length in (
        pair.split("=")
        for pair in [
            "AD=24 ",
            "AE=23",
            "AL=28",
            "AT=20",
            "AZ=28",
            "BA=20",
            "BE=16",
            "BG=22",
            "BH=22",
            "BR=29",
            "CH=21",
            "CR=22",
            "CY=28",
            "CZ=24",
            "DE=22",
            "DK=18",
            "DO=28",
            "EE=20",
            "EG=29",
            "ES=24",
            "FI=18",
            "FO=18",
            "FR=27",
            "GB=22",
            "GE=22",
            "GI=23",
            "GL=18",
            "GR=27",
            "GT=28",
            "HR=21",
            "HU=28",
            "IE=22",
            "IL=23",
            "IS=26",
            "IT=27",
            "JO=30",
            "KW=30",
            "KZ=20",
            "LB=28",
            "LI=21",
            "LT=20",
            "LU=20",
            "LV=21",
            "MC=27",
            "MD=24",
            "ME=22",
            "MK=19",
            "MR=27",
            "MT=31",
            "MU=30",
            "NL=18",
            "NO=15",
            "PK=24",
            "PL=28",
            "PS=29",
            "PT=25",
            "QA=29",
            "RO=24",
            "RS=22",
            "SA=24",
            "SE=24",
            "SI=19",
            "SK=24",
            "SM=27",
            "TN=24",
            "TR=26",
            "UA=29",
            "VG=24",
            "XK=20",
        ]
    )
}


def luhn(digits: str) -> bool:
    """Payment cards, Chinese bank cards."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def iban(text: str) -> bool:
    """Capital letters and digits, no spaces."""
    if _IBAN_LENGTHS.get(text[:2]) != len(text) or not text[2:4].isdigit():
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def ssn(digits: str) -> bool:
    """A United States number has no check digit, only numbers that are never given out."""
    area = int(digits[:3])
    return area not in {0, 666} and area < 900 and digits[3:5] != "00" and digits[5:] != "0000"


def cn_id(text: str) -> bool:
    """Eighteen signs: place, day of birth, running number, check digit, which may be an X."""
    if int(text[:2]) not in _CN_PROVINCES or not _is_day(text[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _CN_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17].upper()


def uscc(text: str) -> bool:
    """A Chinese company's unified social credit code."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    if len(text) != 18 or any(sign not in alphabet for sign in text):
        return False
    total = sum(alphabet.index(sign) * pow(3, place, 31) for place, sign in enumerate(text[:17]))
    return alphabet[(31 - total % 31) % 31] == text[17]


def _is_day(text: str) -> bool:
    try:
        year = date(int(text[:4]), int(text[4:6]), int(text[6:])).year
    except ValueError:
        return False
    return 1900 <= year <= 2100
