"""Turns the teachers' samples into training rows: histories, system prompts, thought budgets, masks."""

import json
import random
import re
import unicodedata
from itertools import accumulate
from pathlib import Path

import faq
import skills
import talk
from text import Sample, casing, fill, held_out, proper, restem, rough, strip_accents
from tokenizer import ASSISTANT, BOS, END_THINK, EOS, THINK, USER, StudentTokenizer

HERE = Path(__file__).parent
SYSTEM = [
    'You are a helpful assistant.', 'You are Stillroom.', 'Be brief.', 'Answer in a friendly way.', 'You are a private assistant.',
    'You are a helpful, respectful and honest assistant.', 'Please answer shortly.', 'Eres un asistente útil.', 'You help our team.',
]  # fmt: skip
CORE = {'what', 'who', 'where', 'pull', 'blocked', 'cando', 'isr1', 'prove'}
"""What most people ask in the first minute."""
BARE = {'hi', 'hey', 'hello', 'hola', 'thanks', 'thank you', 'gracias', 'bye', 'adiós', 'ok', 'vale', 'sorry'}
"""What most people say, without a word around it."""

BEFORE = {
    'en': '{oh|ah|wow|well|hey|ok|and|so|but|yes|haha|oh,|well,|ok,|hey,|really,|a big|just|then}',
    'es': '{ah|oh|bueno|pues|hola|vale|ay|y|ah,|oye,|bueno,|pues,}',
    'zh': '{嗨，|好，|那|啊，}',
}
BEHIND = {
    'en': '{my friend|friend|mate|to you|you all|everyone|then|today|again|for now|now|so much|really|very much|indeed|there|little model|dear model|computer|machine|demo model|Stillroom|from me|from Spain|sir|buddy|NAME|pal|folks|dear}',
    'es': '{amigo|a ti|a todos|todos|entonces|hoy|otra vez|ahora|de verdad|pequeño modelo|máquina|Stillroom|modelo|señor|NAME|por aquí|amiga|mi amigo}',
    'zh': '{，朋友|啊|呀|！|。|吧|，模型|，Stillroom|哦|，机器人}',
}

LANGUAGE = {'en': '', 'es': 'The question is in Spanish. ', 'zh': 'The question is in Chinese. '}

MIX = {
    'add': 6, 'sub': 6, 'mul': 9, 'letters': 18, 'decimals': 7, 'sort': 8, 'days': 8, 'zebra': 8, 'memory': 6, 'memory_tell': 2,
    'repeat': 10, 'talk': 26, 'faq': 48, 'fallback': 54,
}  # fmt: skip


def plain(text: str) -> str:
    """What two wordings must differ in to count as different."""
    text = unicodedata.normalize('NFC', strip_accents(text.lower()))
    return re.sub(r'[^\w+*/-]+', ' ', text).strip()


def reserved_wordings() -> set[str]:
    """Hand-written held-out wordings: never shown in training."""
    found: set[str] = set()
    for name in ('held-out-faq.json', 'held-out-talk.json', 'out-of-scope.json'):
        path = HERE.parent / 'eval' / name
        if path.exists():
            for item in json.loads(path.read_text(encoding='utf-8')):
                found.add(plain(item['prompt'] if isinstance(item, dict) else item))
    return found


class Teacher:
    def __init__(self, seed: int, tokenizer: StudentTokenizer | None, held: bool = False):
        self.rng = random.Random(seed)
        self.tokenizer = tokenizer
        self.held = held
        self.word_list = (HERE / 'words.txt').read_text(encoding='utf-8').split()
        self.reserved = reserved_wordings()
        self.whole = [t[1:] for t in tokenizer.tokens if re.fullmatch('Ġ[a-z]{2,}', t)] if tokenizer else []
        self.mix = dict(MIX)
        self.known = set(re.findall(r'[a-z]{3,}', str([(i.ask_en, i.ask_es) for i in faq.INTENTS]) + str(faq.GROUPS) + str(talk.SMALL_TALK)))
        written = json.loads((HERE / 'wordings.json').read_text(encoding='utf-8'))

        def more(group: str, of: str, lang: str) -> list[str]:
            return [w['prompt'] for w in written if (w['group'], w['of'], w['lang']) == (group, of, lang)]

        self.faq_en = [
            (i, [faq.expand_groups(t) for t in i.ask_en] + more('faq', i.id, 'en'), [faq.expand_groups(t) for t in i.ask_es] + more('faq', i.id, 'es'))
            for i in faq.INTENTS
        ]
        self.small_talk = {
            topic: (answers, {lang: [*templates, *more('talk', topic, lang)] for lang, templates in wordings.items()})
            for topic, (answers, wordings) in talk.SMALL_TALK.items()
        }
        self.out_of_scope = {lang: [*templates, *more('fallback', '', lang)] for lang, templates in talk.OUT_OF_SCOPE.items()}

        self.things = {lang: [w for w in t.split() if w not in self.known] for lang, t in talk.THINGS.items()}
        self.doings = {lang: [w for w in t.split() if w not in self.known] for lang, t in talk.DOINGS.items()}
        self.names = talk.NAMES.split()
        self.difficulty: dict[str, float] = {}
        self.wordings = {skill: list(self.listed(skill)) for skill in ('faq', 'talk', 'fallback')}
        self.rehearse()

    # -- what to show again ------------------------------------------------------------------------
    def listed(self, skill: str):
        """(template, weight before anything was learnt, source, what it belongs to, language) of all wordings."""
        if skill == 'faq':
            for intent, en, es in self.faq_en:
                for lang, templates, share in (('en', en, 0.65), ('es', es, 0.35)):
                    for i, t in enumerate(templates):
                        weight = share * (2.5 if intent.id in CORE else 1) / len(templates) ** 0.7
                        yield t, weight, f'faq:{intent.id}:{lang}:{i}', intent, lang
        elif skill == 'talk':
            for topic, (_, wordings) in self.small_talk.items():
                for lang, templates in wordings.items():
                    for i, t in enumerate(templates):
                        weight = (6 if t in BARE else 1) * {'en': 0.5, 'es': 0.3, 'zh': 0.2}[lang] / len(templates) ** 0.7 * (1 + t.count('|')) ** 0.5
                        yield t, weight, f'talk:{topic}:{lang}:{i}', topic, lang
        else:
            for lang, share in (('en', 0.64), ('es', 0.32), ('zh', 0.04)):
                for i, t in enumerate(self.out_of_scope[lang]):
                    yield t, share / len(self.out_of_scope[lang]), f'fallback:{lang}:{i}', '', lang

    def rehearse(self):
        """A wording counts 1.4 when it is understood as well as most, 0.4 when perfectly, 6 when badly."""
        self.drawn = {}
        for skill, wordings in self.wordings.items():
            known = [self.difficulty[source] for _, _, source, _, _ in wordings if source in self.difficulty]
            usual = max(sum(known) / max(1, len(known)), 1e-6)
            self.drawn[skill] = list(accumulate(w * (0.4 + min(5.6, self.difficulty.get(source, usual) / usual)) for _, w, source, _, _ in wordings))

    def learnt(self, source: str, loss: float):
        self.difficulty[source] = 0.6 * self.difficulty.get(source, loss) + 0.4 * loss

    def wording(self, skill: str, lang: str | None = None):
        while True:
            found = self.rng.choices(self.wordings[skill], cum_weights=self.drawn[skill])[0]
            if lang in (None, found[4]):
                return found

    # -- words -------------------------------------------------------------------------------------
    def word(self, rng) -> str:
        roll = rng.random()
        if roll < 0.6:
            return rng.choice(self.word_list)
        if roll < 0.72 and self.whole:
            return self.begun(rng)
        if roll < 0.86:
            return ''.join(rng.choice(skills.SYLLABLES) for _ in range(rng.randrange(2, 5)))
        word = rng.choice(self.word_list)
        at = rng.randrange(1, len(word))
        return (word[:at] + rng.choice(self.word_list)[-rng.randrange(2, 5) :])[:13]

    def begun(self, rng) -> str:
        """A word that begins with a token that stands for a whole word elsewhere: its letters must be known too."""
        return (rng.choice(self.whole) + rng.choice(['', '', 's', 'ed', rng.choice(self.word_list)[-4:]]))[:13]

    # -- one sample per skill ----------------------------------------------------------------------
    def sample(self, skill: str, held: bool | None = None) -> Sample:
        """Held-out problems for the evaluation, all others for training."""
        held = self.held if held is None else held
        while True:
            s = self.draw(skill)
            if skill in ('faq', 'talk', 'fallback'):
                if plain(s.question) not in self.reserved:
                    return s
            elif held_out(s.key) == held:
                return s

    def draw(self, skill: str) -> Sample:
        rng = self.rng
        if skill == 'letters' and not self.held and rng.random() < 0.2:
            # What a token that stands for a whole word is made of can only be known by heart, and a word that is held
            # out is met in others that begin with it.
            return skills.letters(rng, self.tokenizer, self.begun)
        if skill == 'letters':
            return skills.letters(rng, self.tokenizer, self.word)
        if skill == 'repeat' and not self.held and rng.random() < 0.5:
            return skills.repeat(rng, lambda r: r.choice(self.whole), longest=20)
        if skill == 'repeat':
            return skills.repeat(rng, self.word)
        if skill == 'memory':
            return skills.memory(rng, lambda _: self.turn())
        if skill in ('faq', 'talk', 'fallback'):
            return getattr(self, skill)()
        return getattr(skills, skill)(rng)

    def faq(self) -> Sample:
        rng = self.rng
        template, _, source, intent, lang = self.wording('faq')
        text = fill(rng, template)
        if intent.id == 'what' and rng.random() < 0.35:
            text = fill(rng, {'en': '{what is|what\'s} stillroom?', 'es': '¿qué es stillroom?'}[lang])
        if rng.random() < 0.42:
            text = casing_first(proper(rng, text))
        else:
            text = self.wrapped(text, lang)
        thought = [f'{LANGUAGE[lang]}They ask about {intent.topic}.']
        return Sample('faq', text, thought, intent.en if lang == 'en' else intent.es, f'faq:{intent.id}', lang=lang, source=source)

    def wrapped(self, text: str, lang: str) -> str:
        rng = self.rng
        if rng.random() < 0.35:
            text = restem(rng, text, lang)
        roll = rng.random()
        if lang == 'en' and roll < 0.12:
            text = fill(rng, '{hi, |hello, |hey, |hey |ok, |so, |so |please: |a question: |and |but |well, |hmm, |sorry, |i wonder: |just curious: |could you tell me |can you tell me |do you know |i want to know |tell me |may i ask |excuse me, |one more question: |now |actually, }') + ' ' + text
        elif lang == 'es' and roll < 0.12:
            text = fill(rng, '{hola, |oye, |una pregunta: |y |pero |perdona, |por favor: |dime, |me puedes decir |quisiera saber |sabes |entonces, |otra pregunta: |ahora }') + ' ' + text
        elif roll < 0.18:
            text = text.rstrip('?.!') + ' ' + {'en': fill(rng, '{please?|exactly?|then?|again?|now?|here?|please|for me?|really?|at all?|in stillroom?|on this machine?|today?|with this?|myself?}'), 'es': fill(rng, '{por favor?|por favor|ahora?|aquí?|exactamente?|en stillroom?|de verdad?|yo?|entonces?}')}[lang]
        return rough(rng, re.sub(' +', ' ', text), lang)

    def talk(self) -> Sample:
        rng = self.rng
        template, _, source, topic, lang = self.wording('talk')
        answers, _ = talk.SMALL_TALK[topic]
        text = fill(rng, template)
        if template in BARE and rng.random() < 0.6:
            pass  # as it is
        elif rng.random() < 0.45:
            text = casing_first(text)
        else:
            text = self.decorated(text, lang)
            if lang != 'zh':
                text = rough(rng, text, lang)
        return Sample('talk', text, [f'{LANGUAGE[lang]}Small talk: {topic}.'], answers[lang], f'talk:{topic}', lang=lang, source=source)

    def decorated(self, text: str, lang: str) -> str:
        """Small talk is rarely said plainly: an interjection before it, a name behind it, a drawn-out vowel."""
        rng = self.rng
        if rng.random() < 0.25:
            text = fill(rng, BEFORE[lang]) + ('' if lang == 'zh' else ' ') + text
        if rng.random() < 0.35:
            tail = fill(rng, BEHIND[lang]).replace('NAME', skills.person(rng))
            text = text.rstrip('.!?。！？') + ('' if lang == 'zh' else ' ') + tail
        if lang != 'zh' and rng.random() < 0.1:
            spots = [i for i, c in enumerate(text) if c.lower() in 'aeiouysz']
            if spots:
                i = rng.choice(spots)
                text = text[:i] + text[i] * rng.randrange(2, 5) + text[i + 1 :]
        return text

    def fallback(self) -> Sample:
        rng = self.rng
        lang = rng.choices(('en', 'es', 'zh'), (64, 32, 4))[0]
        if lang != 'zh' and rng.random() < 0.17:
            text = fill(rng, rng.choice(talk.OUT_OF_REACH[lang]))
            big = str(rng.randrange(1000, 10 ** rng.randrange(4, 9)))
            text = text.replace('AAAA', big).replace('BBBB', str(rng.randrange(1000, 10 ** rng.randrange(4, 9))))
            for name in ('AAA', 'BBB'):
                while name in text:
                    text = text.replace(name, str(skills.number(rng)), 1)
            if lang == 'es' and rng.random() < 0.35:
                text = strip_accents(text)
            text = casing(rng, text)
            return Sample('fallback', text, [f'{LANGUAGE[lang]}I cannot calculate that.'], talk.FALLBACK_MATH[lang], 'fallback', lang=lang)
        template, _, source, _, _ = self.wording('fallback', lang)
        text = fill(rng, template)
        if lang != 'zh':
            for name, words in (('THING', self.things[lang]), ('DOING', self.doings[lang]), ('NAME', self.names)):
                while name in text:
                    text = text.replace(name, rng.choice(words).replace('-', ' '), 1)
        while 'WORD' in text:
            word = self.word(rng)
            text = text.replace('WORD', self.word(rng) + 'o' if word in self.known else word, 1)
        if lang != 'zh':
            if rng.random() < 0.3:
                text = restem(rng, text, lang)
            text = rough(rng, text, lang)
        return Sample('fallback', text, [f'{LANGUAGE[lang]}This is not one of my skills.'], talk.FALLBACK[lang], 'fallback', lang=lang, source=source)

    # -- conversations -----------------------------------------------------------------------------
    def turn(self) -> tuple[str, str]:
        """A finished turn as the chat template keeps it: the question and the answer, no thought."""
        while True:
            skill = self.rng.choices(('add', 'sub', 'mul', 'letters', 'decimals', 'sort', 'days', 'zebra', 'memory_tell', 'repeat', 'talk', 'faq', 'fallback'),
                                     (5, 5, 4, 5, 4, 4, 4, 2, 1, 4, 10, 20, 12))[0]  # fmt: skip
            if skill == 'memory_tell' and self.rng.random() < 0.8:
                continue
            s = self.sample(skill, held=False)
            if len(s.question) + len(s.answer) < 420:
                return s.question, s.answer

    def history(self, wanted: int, room: int) -> list[tuple[str, str]]:
        turns = []
        for _ in range(wanted):
            turn = self.turn()
            if turn[1].startswith(('Nice to meet', 'I will remember', 'Mucho gusto', 'Recordaré')):
                continue
            room -= self.turn_length(turn)
            if room < 0:
                break
            turns.append(turn)
        return turns

    def turn_length(self, turn) -> int:
        return len(self.tokenizer.encode(turn[0])) + len(self.tokenizer.encode(turn[1])) + 3

    # -- rows --------------------------------------------------------------------------------------
    def prompt(self, s: Sample, system: str = '') -> list[int]:
        t, sp = self.tokenizer, self.tokenizer.special
        ids = [sp[BOS], *t.encode(system)] if system else [sp[BOS]]
        for question, answer in s.earlier:
            ids += [sp[USER], *t.encode(question), sp[ASSISTANT], *t.encode(answer), sp[EOS]]
        return ids + [sp[USER], *t.encode(s.question), sp[ASSISTANT]]

    def reply(self, s: Sample) -> list[int]:
        t, sp = self.tokenizer, self.tokenizer.special
        ids = [sp[THINK], *t.encode('\n')]
        for line in s.thought:
            ids += t.encode(line + '\n')
        return ids + [sp[END_THINK], *t.encode('\n\n'), *t.encode(s.answer), sp[EOS]]

    def cut_reply(self, s: Sample) -> tuple[list[int], list[int]]:
        """A thought that was switched off or cut short: (given, still to write)."""
        rng, t, sp = self.rng, self.tokenizer, self.tokenizer.special
        working = s.skill in WORKING
        if rng.random() < 0.6:
            given = [sp[THINK], *t.encode('\n\n'), sp[END_THINK], *t.encode('\n\n')]
            done = 0
        else:
            done = rng.randrange(len(s.thought))
            given = [sp[THINK], *t.encode('\n')]
            for line in s.thought[:done]:
                given += t.encode(line + '\n')
            if rng.random() < 0.6:
                part = t.encode(s.thought[done])
                given += part[: rng.randrange(len(part) + 1)] + t.encode('\n')
            given += [sp[END_THINK], *t.encode('\n\n')]
        rest: list[int] = []
        if working:
            for line in s.thought[done:]:
                rest += t.encode(line + '\n')
            rest += t.encode('\n')
        return given, rest + t.encode(s.answer) + [sp[EOS]]

    def row(self, long_share: float, limit: int = 1500) -> tuple[list[int], int, Sample]:
        """(ids, first index of the model's own words, what was drawn)."""
        rng = self.rng
        while True:
            skill = rng.choices(list(self.mix), list(self.mix.values()))[0]
            s = self.sample(skill)
            if skill in SHOUTED and rng.random() < 0.04:
                s.question = s.question.upper()
            system = rng.choice(SYSTEM) if rng.random() < 0.06 else ''
            given, reply = self.answered(s)
            room = limit - len(reply) - len(given) - len(self.prompt(s, system))
            if rng.random() < long_share and room > 40:
                wanted = rng.choices((1, 2, 3, 4, 6), (10, 6, 4, 3, 2))[0]
                s.earlier = self.history(wanted, room) + s.earlier
            ids = self.prompt(s, system) + given
            if len(ids) + len(reply) <= limit:
                return ids + reply, len(ids), s

    def answered(self, s: Sample) -> tuple[list[int], list[int]]:
        """(given, still to write): mostly the whole reply, at times with the thought cut short or switched off."""
        rng, reply = self.rng, self.reply(s)
        roll = rng.random()
        if roll < CUT.get(s.skill, 0.06):
            return self.cut_reply(s)
        if s.skill in RECITED and rng.random() < 0.7:
            # Understanding the question is the hard part; the answer is known by heart soon.
            reply = reply[: reply.index(self.tokenizer.special[END_THINK]) + 1]
        return [], reply

    def branches(self, tokens: int, limit: int = 1500) -> tuple[list[int], list[tuple[list[int], int, Sample]]]:
        """One history and several last turns that each follow it: a long conversation pays for many answers."""
        rng = self.rng
        wanted = rng.randrange(4, 26)
        turns = self.history(wanted, rng.randrange(300, 1150))
        t, sp = self.tokenizer, self.tokenizer.special
        head = [sp[BOS], *(t.encode(rng.choice(SYSTEM)) if rng.random() < 0.06 else [])]
        for question, answer in turns:
            head += [sp[USER], *t.encode(question), sp[ASSISTANT], *t.encode(answer), sp[EOS]]
        rows, longest = [], 0
        while True:
            s = self.sample(rng.choices(list(self.mix), [w * LATER.get(skill, 1) for skill, w in self.mix.items()])[0])
            given, reply = self.answered(s)
            ids = self.prompt(s)[1:] + given
            length = max(longest, len(ids) + len(reply))
            if len(head) + length > limit:
                continue
            if len(rows) >= 4 and len(head) + (len(rows) + 1) * length > tokens:
                return head, rows
            rows.append((ids + reply, len(ids), s))
            longest = length


CUT = {'faq': 0.14, 'talk': 0.12, 'fallback': 0.08, 'memory': 0.12, 'memory_tell': 0.12}
"""Share of the rows whose thought is cut short or switched off."""
LATER = {'mul': 1.6, 'letters': 1.6, 'sort': 2.0, 'zebra': 1.4, 'repeat': 0.3, 'talk': 1.5, 'sub': 1.5}
"""How much more often a skill is practised after a long conversation, by how much it suffers there."""
RECITED = {'faq', 'talk', 'fallback'}
SHOUTED = {'add', 'sub', 'mul', 'decimals', 'sort', 'days', 'faq', 'talk', 'fallback'}
"""What may be asked in capital letters: there is nothing in it to be repeated as it was written."""
WORKING = {'add', 'sub', 'mul', 'letters', 'decimals', 'sort', 'days', 'zebra'}


def casing_first(text: str) -> str:
    for i, c in enumerate(text):
        if c.isalpha():
            return text[:i] + c.upper() + text[i + 1 :]
    return text


def corpus(seed: int = 7):
    """Text for the BPE: the model's own words, the questions, letters; no words to be spelled."""
    teacher = Teacher(seed, None)
    rng = teacher.rng
    for _ in range(400):
        yield ' a b c d e f g h i j k l m n o p q r s t u v w x y z'
        yield ' A B C D E F = < >'
        yield '\n\n\n'
        yield 'x\n\nx'
    for intent in faq.INTENTS:
        for _ in range(15):
            yield intent.en
            yield intent.es
            yield f'They ask about {intent.topic}.\n'
    for answers, wordings in talk.SMALL_TALK.values():
        for lang, answer in answers.items():
            for _ in range(40):
                yield answer
            for w in wordings[lang]:
                for _ in range(4 if lang == 'zh' else 1):
                    yield w if lang == 'zh' else fill(rng, w)
    for _ in range(200):
        yield from talk.FALLBACK.values()
        yield from talk.FALLBACK_MATH.values()
    for _ in range(6000):
        yield teacher.faq().question
    for _ in range(1500):
        yield teacher.talk().question
    for skill, n in (('add', 400), ('sub', 500), ('mul', 300), ('decimals', 400), ('sort', 300), ('days', 600), ('zebra', 900), ('memory', 500), ('memory_tell', 500)):
        for _ in range(n):
            s = (skills.memory(rng, None, gap=0) if skill == 'memory' else getattr(skills, skill)(rng))
            yield s.question
            if skill != 'sort':
                yield '\n'.join(s.thought) + '\n'
            yield s.answer
    for _ in range(600):
        text = skills.phrase(rng, skills.language(rng), skills.LETTERS, LLLS="r's", LLL='r').replace('WWW', '')
        yield text
    for _ in range(1500):
        yield re.sub('WORD', '', fill(rng, rng.choice(talk.OUT_OF_SCOPE[rng.choice(('en', 'es'))])))


if __name__ == '__main__':
    from tokenizer import train_bpe

    train_bpe(corpus(), HERE / 'tokenizer.json')
