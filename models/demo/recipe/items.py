"""Writes eval/items.json: what the evaluation asks, with the only accepted answers.

Procedural items are held-out problems of the generator (text.held_out); wordings come from the hand-written lists in eval/.
"""

import json

import faq
import talk
from data import HERE, Teacher, casing_first
from text import fill
from tokenizer import StudentTokenizer

PROCEDURAL = ('add', 'sub', 'mul', 'letters', 'decimals', 'sort', 'days', 'zebra', 'memory', 'repeat')
PER_SKILL = 200


def main():
    tokenizer = StudentTokenizer(HERE / 'tokenizer.json')
    teacher = Teacher(424242, tokenizer, held=True)
    items, seen = [], set()

    def put(group, question, accept, earlier=(), lang='en'):
        messages = [m for turn in earlier for m in turn] + [question]
        if (group, *messages) in seen:
            return False
        seen.add((group, *messages))
        items.append({'group': group, 'lang': lang, 'messages': messages, 'accept': accept})
        return True

    for skill in PROCEDURAL:
        left = PER_SKILL
        while left:
            s = teacher.sample(skill)
            left -= put(skill, s.question, [s.answer.strip()], s.earlier, s.lang)
    for intent, en, es in teacher.faq_en:
        for lang, templates, answer, count in (('en', en, intent.en, 4), ('es', es, intent.es, 2)):
            for template in teacher.rng.sample(templates, min(count, len(templates))):
                put('faq-listed', casing_first(fill(teacher.rng, template)), [answer], lang=lang)
    for answers, wordings in teacher.small_talk.values():
        for lang, templates in wordings.items():
            for template in teacher.rng.sample(templates, min({'en': 10, 'es': 6, 'zh': 6}[lang], len(templates))):
                put('talk-listed', casing_first(fill(teacher.rng, template)), [answers[lang]], lang=lang)
            for template in templates:
                if sum(i['group'] == 'talk-listed' for i in items) < 400:
                    put('talk-listed', casing_first(fill(teacher.rng, template)), [answers[lang]], lang=lang)
    intents = {i.id: i for i in faq.INTENTS}

    def written(name):
        return json.loads((HERE.parent / 'eval' / f'{name}.json').read_text(encoding='utf-8'))

    for entry in written('held-out-faq'):
        put('faq-held-out', entry['prompt'], [getattr(intents[entry['intent']], entry['lang'])], lang=entry['lang'])
    for entry in written('held-out-talk'):
        put('talk-held-out', entry['prompt'], [talk.SMALL_TALK[entry['topic']][0][entry['lang']]], lang=entry['lang'])
    fallbacks = [*talk.FALLBACK.values(), *talk.FALLBACK_MATH.values()]
    for entry in written('out-of-scope'):
        put('out-of-scope', entry['prompt'], fallbacks, lang=entry['lang'])
    turns = [list(t) for t in teacher.history(400, 10**9)][:300]
    out = HERE.parent / 'eval' / 'items.json'
    lines = ',\n'.join(json.dumps(i, ensure_ascii=False) for i in items)
    pool = ',\n'.join(json.dumps(t, ensure_ascii=False) for t in turns)
    out.write_text(f'{{"items":[\n{lines}\n],\n"turns":[\n{pool}\n]}}\n', encoding='utf-8')
    print(len(items), 'items', len(turns), 'turns')


if __name__ == '__main__':
    main()
