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
    source: str = ''
    """The template of a wording: what the student keeps getting wrong is shown more often."""


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


PROPER = [('stillroom', 'Stillroom'), ('deepseek', 'DeepSeek'), ('openai', 'OpenAI'), ('docker', 'Docker'), ('chatgpt', 'ChatGPT'),
          ('api', 'API'), ('gguf', 'GGUF'), ('spanish', 'Spanish'), ('english', 'English'), ('i', 'I'), ('r1', 'R1'), ('pdf', 'PDF')]  # fmt: skip


def proper(rng: random.Random, text: str) -> str:
    """Names as careful people write them; commands and addresses stay as they are."""
    if rng.random() < 0.35 or '`' in text:
        return text
    for low, name in PROPER:
        text = re.sub(rf'(?<![\w.]){low}(?![\w.]*\.com|(?: models| doctor| egress| policy))(?!\w)', name, text)
    return text


def casing(rng: random.Random, text: str) -> str:
    if not text:
        return text
    roll = rng.random()
    if roll < 0.6:
        for i, c in enumerate(text):
            if c.isalpha():
                return text[:i] + c.upper() + text[i + 1 :]
        return text
    if roll < 0.63:
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
    text = casing(rng, proper(rng, text))
    if rng.random() < 0.2:
        text = typo(rng, text)
        if rng.random() < 0.25:
            text = typo(rng, text)
    return text


STEMS = {
    'en': [
        (r'how (do|can|could) (i|we) ', ['how do i ', 'how can i ', 'how would i ', 'how should i ', 'how could i ', 'how do we ', 'how can we ', 'how to ', 'what is the way to ', 'is there a way to ', 'is it possible to ', 'i want to ', 'i would like to ', "i'd like to ", 'i need to ', 'can i ', 'help me ', 'what do i do to ', 'what must i do to ', 'could you tell me how to ', 'show me how to ', 'how does one ', 'where do i ', 'what do i type to ', 'the best way to ']),
        (r'can i ', ['can i ', 'could i ', 'may i ', 'is it possible to ', 'am i able to ', 'am i allowed to ', 'is there a way to ', 'can we ', 'can one ', 'would it be possible to ', 'how can i ', 'i want to ', 'is it ok to ']),
        (r'can you ', ['can you ', 'could you ', 'are you able to ', 'would you ', 'will you ', 'is it possible for you to ', 'do you know how to ', 'can this model ', 'i want you to ', 'please ', 'are you capable to ', 'can it ']),
        (r"what (is|exactly is) ", ['what is ', "what's ", 'whats ', 'what exactly is ', 'so what is ', 'can you explain ', 'could you explain ', 'explain ', 'please explain ', 'tell me about ', 'what do you call ', 'i want to know about ', 'do you know ', 'what can you tell me about ', 'what does one mean by ', "i don't know what is ", 'define ', 'describe ']),
        (r'why ', ['why ', 'how come ', 'why exactly ', 'what is the reason ', 'tell me why ', 'for what reason ', 'but why ', 'can you tell me why ', "what's the reason why "]),
        (r'where (is|are) ', ['where is ', 'where are ', 'where exactly is ', 'in which place is ', 'on which disk are ', 'tell me where ', 'where can i find ', 'do you know where ']),
        (r'is there (a|an|any) ', ['is there a ', 'is there any ', 'is there some ', 'does it have a ', 'do you have a ', 'do we have a ', 'are there any ', 'have you got a ', 'does stillroom have a ', 'does stillroom offer a ']),
        (r'(which|what) (models|commands|languages|settings|connections|database|port|licence) ', [r'which \2 ', r'what \2 ', r'tell me which \2 ', r'in which \2 ', r'can you list the \2 ', r'how many \2 ', r'what kind of \2 ', r'what sort of \2 ']),
        (r'are you ', ['are you ', "you're ", 'so you are ', 'is this ', 'you are ', 'are you really ', 'am i talking to ', 'is it true that you are ']),
        (r'who (is|are|makes|made|built) ', [r'who \1 ', r'tell me who \1 ', r'do you know who \1 ', r'who exactly \1 ', r'who was it that \1 ']),
    ],
    'es': [
        (r'¿cómo ', ['¿cómo ', '¿de qué manera ', 'dime cómo ', '¿sabes cómo ', '¿me dices cómo ', 'explícame cómo ', '¿y cómo ', 'quiero saber cómo ', '¿cómo es que ']),
        (r'¿puedo ', ['¿puedo ', '¿podría ', '¿es posible ', '¿se puede ', '¿podemos ', '¿cómo puedo ', 'quiero ', 'quisiera ', 'necesito ', '¿hay forma de ']),
        (r'¿puedes ', ['¿puedes ', '¿podrías ', '¿sabes ', '¿eres capaz de ', '¿me puedes ', '¿es posible ', 'quiero que puedas ']),
        (r'¿qué (es|son) ', [r'¿qué \1 ', r'¿me explicas qué \1 ', r'explícame qué \1 ', r'¿qué significa ', r'dime qué \1 ', r'¿sabes qué \1 ', r'no sé qué \1 ', r'¿qué \1 eso de ', r'¿qué \1 exactamente ', r'¿y qué \1 ']),
        (r'¿por qué ', ['¿por qué ', '¿a qué se debe que ', 'dime por qué ', '¿y por qué ', '¿cuál es la razón de que ', '¿por qué razón ']),
        (r'¿dónde ', ['¿dónde ', '¿en qué lugar ', '¿en qué sitio ', 'dime dónde ', '¿y dónde ', '¿sabes dónde ', '¿adónde ']),
        (r'¿(qué|cuál) ', [r'¿\1 ', r'dime \1 ', r'¿y \1 ', r'quiero saber \1 ', r'¿me dices \1 ']),
        (r'¿hay ', ['¿hay ', '¿existe ', '¿tiene ', '¿tenéis ', '¿tiene stillroom ', '¿ofrece ', '¿dispone de ']),
    ],
}  # fmt: skip


def restem(rng: random.Random, text: str, lang: str) -> str:
    """The same question begun in another way: what it is about must not hang on how it starts."""
    for pattern, others in STEMS[lang]:
        changed, n = re.subn('^' + pattern, rng.choice(others), text, flags=re.IGNORECASE)
        if n:
            return changed
    return text
