"""Shared pieces of the generator: samples, brace templates, typos, the hold-out rule."""

import hashlib
import random
import re
import unicodedata
from dataclasses import dataclass, field

SPLIT = '\x00'
"""Marks a token boundary inside a thought (the speller writes one BPE piece per line)."""


@dataclass
class Sample:
    skill: str
    question: str
    thought: list[str]
    answer: str
    key: str
    earlier: list[tuple[str, str]] = field(default_factory=list)
    lang: str = 'en'


def held_out(key: str) -> bool:
    """One problem in twelve is never shown in training."""
    return hashlib.md5(key.encode()).digest()[0] % 12 == 0


INNERMOST = re.compile(r'\{([^{}]*)\}')


def fill(rng: random.Random, template: str) -> str:
    """'{what is|what\\'s} this{?|}' -> one of the spelled-out texts."""
    while True:
        found = INNERMOST.search(template)
        if not found:
            return re.sub(r' {2,}', ' ', template).strip()
        template = template[: found.start()] + rng.choice(found[1].split('|')) + template[found.end() :]


def strip_accents(text: str) -> str:
    plain = unicodedata.normalize('NFD', text)
    return unicodedata.normalize('NFC', ''.join(c for c in plain if not unicodedata.combining(c)))


def casing(rng: random.Random, text: str) -> str:
    if not text:
        return text
    roll = rng.random()
    if roll < 0.6:
        for i, c in enumerate(text):
            if c.isalpha():
                return text[:i] + c.upper() + text[i + 1 :]
        return text
    if roll < 0.64:
        return text.upper()
    return text


NEAR = {
    'a': 'sq', 'b': 'vn', 'c': 'xv', 'd': 'sf', 'e': 'wr', 'f': 'dg', 'g': 'fh', 'h': 'gj', 'i': 'uo', 'j': 'hk',
    'k': 'jl', 'l': 'k', 'm': 'n', 'n': 'bm', 'o': 'ip', 'p': 'o', 'q': 'w', 'r': 'et', 's': 'ad', 't': 'ry',
    'u': 'yi', 'v': 'cb', 'w': 'qe', 'x': 'zc', 'y': 'tu', 'z': 'x',
}  # fmt: skip


def typo(rng: random.Random, text: str) -> str:
    """One slip of the fingers inside a word of at least four letters."""
    words = [m for m in re.finditer(r'[A-Za-z]{4,}', text)]
    if not words:
        return text
    word = rng.choice(words)
    i = rng.randrange(word.start() + 1, word.end() - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:i] + text[i + 1 :]
    if kind == 1:
        return text[:i] + text[i] + text[i:]
    if kind == 2:
        return text[:i] + text[i + 1] + text[i] + text[i + 2 :]
    return text[:i] + rng.choice(NEAR.get(text[i].lower(), 'e')) + text[i + 1 :]


SMALL_WORDS = {'the', 'a', 'an', 'is', 'are', 'do', 'does', 'to', 'of', 'my', 'me', 'it', 'i', 'you', 'can', 'please',
               'el', 'la', 'los', 'las', 'un', 'una', 'de', 'en', 'es', 'se', 'lo', 'me', 'mi'}  # fmt: skip


def rough(rng: random.Random, text: str, lang: str = 'en') -> str:
    """What people really type: no accents, no question mark, a typo, a dropped little word."""
    if lang == 'es' and rng.random() < 0.45:
        text = strip_accents(text)
    if lang == 'es' and rng.random() < 0.5:
        text = text.replace('¿', '').replace('¡', '')
    if rng.random() < 0.12:
        words = text.split(' ')
        small = [i for i, w in enumerate(words) if w.lower() in SMALL_WORDS]
        if small and len(words) > 3:
            del words[rng.choice(small)]
            text = ' '.join(words)
    if rng.random() < 0.3:
        text = text.rstrip('?.!')
    elif rng.random() < 0.04:
        text += rng.choice(['?', '!', '??', '...', ' :)', '.'])
    text = casing(rng, text)
    if rng.random() < 0.2:
        text = typo(rng, text)
        if rng.random() < 0.25:
            text = typo(rng, text)
    return text
