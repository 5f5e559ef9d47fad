"""Texts that look like noise, made by seeded generators: honest ones, and strings as a search over tokens leaves them.

The honest are what people paste: keys and hashes, logs, keyboards under a cat, other languages, code. Their words in
other languages are Django's own translations (BSD); the code is this project's.
"""

import base64
import random
import re
import string
import uuid
from collections.abc import Callable
from pathlib import Path

import django

# Names of folders of Django's, in an order that must stay: every second one teaches.
LANGUAGES = [
    *("de", "fr", "es", "it", "pt", "nl", "sv", "fi", "pl", "cs", "hu", "tr", "vi", "id", "ro", "da", "nb", "hr", "sk"),
    *("sl", "et", "lv", "lt", "is", "ga", "cy", "eu", "ca", "gl", "sq", "az", "ru", "uk", "ja", "ko", "el", "ar", "he"),
    *("hi", "th"),
]
_ASKED = (
    "what is wrong here?",
    "can you explain this",
    "why does this fail",
    "decode this for me please",
    "here is the log",
    "my screen shows this:",
    "is this a virus?",
    "help",
    "what does it mean",
    "",
)
_ROWS = ("asdfghjkl;", "qwertyuiop", "zxcvbnm,.", "asdfjkl;", "sdfghjkl", "1234567890", "hjkl")
_LEVELS = ("INFO", "WARN", "ERROR", "DEBUG", "FATAL", "[error]", "[notice]")
_SOURCES = ("nginx", "kernel", "app.worker", "systemd[1]", "sshd", "com.shop.Cart", "django.request", "usb 1-2")
_LOGGED = (
    "connection reset by peer (errno=%n)",
    'GET /api/v1/items?id=%n&sort=-name HTTP/1.1" %n %n',
    "out of memory: kill process %n (node) score %n",
    'could not open file "/var/lib/x/%n.db": permission denied',
    "segfault at %h ip %h sp %h error 4 in libc-2.31.so[%h+%h]",
    "retry %n/5 in %nms",
    "KeyError: 'user_%n'",
    "java.lang.NullPointerException: null at com.shop.Cart.add(Cart.java:%n)",
    "task <Task pending coro=<run() at main.py:%n>> took %n.%n s",
    '{"level":30,"time":%n,"pid":%n,"msg":"ok"}',
    "npm ERR! code E%n 404 Not Found - GET https://x.org/y-%n.tgz",
    "panic: runtime error: index out of range [%n] with length %n",
)
_ODD = (
    "(╯°□°)╯︵ ┻━┻ >_< T_T ^_^ x_x -_- :3 :P XD <3 </3 o_O",
    r"\frac{a^2+b^2}{\sqrt{2\pi}} \int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}",
    r"^(?:\+?\d{1,3}[- ]?)?\(?\d{3}\)?[- ]?\d{3}[- ]?\d{4}$ why does this not match",
    "1. e4 e5 2. Nf3 Nc6 3. Bb5 a6 4. Ba4 Nf6 5. O-O Be7 6. Re1 b5 7. Bb3 d6 8. c3 O-O",
    "Am7 D9 Gmaj7 Cmaj7 F#m7b5 B7 Em7 E7 | Am7 D9 Gmaj7 Cmaj7 | F#m7b5 B7b9 Em6",
    "| a | b | c |\n|---|:-:|--:|\n| 1 | x | 2.5 |\n| 3 | y | 7.25 |\n| 10 | z | 0.1 |",
    '{{char}}: [Personality("brave"+"kind"+"shy") Age("24") Hair("silver"+"long") Likes("tea"+"rain")]',
    '[{"id":1,"name":"Bo","tags":["a","b"],"ok":true},{"id":2,"name":"Al","tags":[],"ok":null}]',
    "SELECT u.id, COUNT(*) FROM users u LEFT JOIN orders o ON o.uid=u.id GROUP BY u.id HAVING COUNT(*)>3;",
    "awk -F: '$3>=1000{print $1}' /etc/passwd | sort -u | xargs -I{} du -sh /home/{} 2>/dev/null",
    '#include <stdio.h>\nint main(void){for(int i=0;i<10;++i)printf("%d\\n",i*i);return 0;}',
    "lol!!1!1?!? omgggg WTF???!!1 rofl xDDDD >:( :'( ;-) =) =P",
)
_TOKENS = [
    *"!?.,;:][}{)(\"'`\\/$@_+*#&~|<>",
    *(").", "](", "=>", "->", "==", "<=", "``", "//", "***", "##", "$.", "(@", "--", "----", "};", "();", "__"),
    *("\\\\", "]{", "$$", "?)", "!!", "::", '="'),
]
_REQUESTS = (
    "Tell me about the history of tea",
    "Write a story about a lighthouse",
    "Give me a plan for tomorrow",
    "List ten ways to win",
    "Write a letter to the mayor",
    "Describe a method",
    "",
)


def honest(seed: int, languages: list[str], many: int = 80) -> list[str]:
    chance = random.Random(seed)  # noqa: S311 - made the same each time, no secret
    kinds: tuple[Callable[[random.Random], str], ...] = (_mash, _coded, _log)
    found = [kind(chance) for kind in kinds for _ in range(many)]
    found += [_asked(chance, odd) for odd in _ODD]
    for language in languages:
        lines = _translated(language)
        found += [" ".join(chance.choices(lines, k=chance.randint(1, 4))) for _ in range(4) if lines]
    return found


def searched(seed: int, many: int, languages: list[str], words: list[str], names: list[str]) -> list[str]:
    """A request with tokens behind it that no person would put there."""
    chance = random.Random(seed)  # noqa: S311
    foreign = [word for language in languages for line in _translated(language) for word in line.split()]
    found = []
    for _ in range(many):
        marks = chance.uniform(0.15, 0.6)
        tail = "".join(_token(chance, marks, words, names, foreign) for _ in range(chance.randint(12, 28)))
        found.append(f"{chance.choice(_REQUESTS)} {tail}".strip())
    return found


def pieces_of_code(texts: list[str], seed: int, many: int) -> list[str]:
    """A few lines from somewhere, as one pastes them."""
    chance = random.Random(seed)  # noqa: S311
    found: list[str] = []
    while len(found) < many:
        lines = chance.choice(texts).split("\n")
        at = chance.randrange(len(lines))
        piece = "\n".join(lines[at : at + chance.randint(1, 12)])[: chance.randint(80, 900)].strip()
        if len(piece) > 30:
            found.append(piece)
    return found


def _token(chance: random.Random, marks: float, words: list[str], names: list[str], foreign: list[str]) -> str:
    if chance.random() < marks:
        token = chance.choice(_TOKENS)
    else:
        letters = "".join(chance.choices(string.ascii_letters, k=chance.randint(2, 4)))
        sources = (chance.choice(words), chance.choice(names), chance.choice(foreign), letters)
        token = chance.choices(sources, weights=(45, 30, 15, 10))[0]
    if len(token) > 6 and chance.random() < 0.4:
        at = chance.randrange(len(token) - 3)
        token = token[at : at + chance.randint(3, 6)]
    if chance.random() < 0.3:
        token = token.capitalize()
    return " " * chance.randint(0, 1) + token


def _mash(chance: random.Random) -> str:
    size = chance.randint(20, 90)
    keys = "".join(
        chance.choice(chance.choice(_ROWS)) if chance.random() < 0.8 else chance.choice(" " + string.ascii_lowercase)
        for _ in range(size)
    )
    if chance.random() < 0.3:
        keys = (chance.choice(("asdf", "jkl;", "fdsa", "sdfjk")) * 30)[:size]
    if chance.random() < 0.3:
        keys = keys.upper()
    return chance.choice((keys, f"sorry my cat {keys}", f"{keys} oops", f"AAAA {keys}!!!!"))


def _coded(chance: random.Random) -> str:
    packed = chance.randbytes(chance.randint(18, 90))
    parts = [base64.urlsafe_b64encode(chance.randbytes(size)).decode().strip("=") for size in (24, 40, 32)]
    in_letters = base64.b64encode(packed).decode()
    forms = (
        in_letters,
        packed.hex(),
        str(uuid.UUID(bytes=chance.randbytes(16))),
        ".".join(parts),
        f"ssh-ed25519 AAAA{in_letters} me@home",
    )
    return _asked(chance, chance.choices(forms, weights=(5, 2, 1, 1, 1))[0])


def _log(chance: random.Random) -> str:
    return _asked(chance, "\n".join(_log_line(chance) for _ in range(chance.randint(1, 4))))


def _log_line(chance: random.Random) -> str:
    day, hour, minute, second = (chance.randint(1, 28), *(chance.randint(10, 23) for _ in range(3)))
    clock = f"{hour}:{minute}:{second}"
    times = (
        f"2026-11-{day:02}T{clock}.{chance.randint(100, 999)}Z",
        f"[{day:02}/Nov/2026:{clock} +0000]",
        f"Nov {day:2} {clock} host",
        f"[{chance.randint(0, 9999)}.{chance.randint(100_000, 999_999)}]",
    )
    said = re.sub("%n", lambda _: str(chance.randint(1, 99_999)), chance.choice(_LOGGED))
    said = re.sub("%h", lambda _: hex(chance.getrandbits(40)), said)
    return f"{chance.choice(times)} {chance.choice(_LEVELS)} {chance.choice(_SOURCES)}: {said}"


def _asked(chance: random.Random, pasted: str) -> str:
    asked = chance.choice(_ASKED)
    return chance.choice((f"{asked} {pasted}", f"{pasted}\n{asked}", pasted)).strip()


def _translated(language: str) -> list[str]:
    path = Path(django.__file__).parent / "conf" / "locale" / language / "LC_MESSAGES" / "django.po"
    return re.findall(r'msgstr "([^"\n%]{15,})"', path.read_text(encoding="utf-8")) if path.exists() else []
