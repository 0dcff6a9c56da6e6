"""The teachers: algorithms that write their reasoning down, one small certain step per line."""

import random

from text import SPLIT, Sample, casing, fill, strip_accents, typo

SPANISH = 0.2


def number(rng: random.Random, digits: int | None = None) -> int:
    digits = digits or rng.choices((1, 2, 3), (2, 4, 6))[0]
    return rng.randrange(10 ** (digits - 1) if digits > 1 else 0, 10**digits)


def language(rng: random.Random, share: float = SPANISH) -> str:
    return 'es' if rng.random() < share else 'en'


def phrase(rng, lang, templates, **values) -> str:
    text = fill(rng, rng.choice(templates[lang]))
    for name, value in values.items():
        text = text.replace(name, str(value))
    if lang == 'es' and rng.random() < 0.35:
        text = strip_accents(text)
    if rng.random() < 0.04:
        text = typo(rng, text)
    return casing(rng, text)


# --- addition, subtraction, multiplication -------------------------------------------------------

OPENERS = "{|||what is |what's |whats |calculate |compute |work out |solve |how much is |can you do |please calculate |tell me |hey, what is |so what is |find |evaluate |i need }"
ABRE = '{||¿cuánto es |¿cuánto es |¿cuánto da |¿cuánto son |calcula |dime cuánto es |¿qué es |resuelve |haz }'
END = '{?|?||.| =| = ?|=|, please| please?}'
FIN = '{?|?|?|| =|, por favor}'

ADD = {
    'en': [
        OPENERS + 'AAA{ + | + |+|+| plus | plus |+ | +}BBB' + END,
        OPENERS + 'AAA{ + | plus |+}BBB' + END,
        OPENERS + 'AAA{ + |+}BBB' + END,
        '{|please |can you |could you }add AAA {and|to|plus|with} BBB{?||.| together}',
        '{what is |what\'s ||give me |find |calculate }the {sum|total} of AAA and BBB' + END,
        '{sum|sum up|total} AAA and BBB',
        'what do {you|i|we} get {when|if} {you|i|we} add AAA {and|to} BBB?',
        'i have AAA {and|then} i get BBB more{.|,} how many {is that|do i have}?',
        'how much is AAA {and|plus} BBB {together|in total}?',
        '{add up|add together|add} AAA {and|plus} BBB{|, what is it|, please}{?|}',
        '{increase|raise} AAA by BBB',
        'what {number is|is} BBB more than AAA?',
        'BBB added to AAA{?| is| makes what?}',
    ],
    'es': [
        ABRE + 'AAA{ + | más | más |+}BBB' + FIN,
        '{suma|súmame|¿puedes sumar} AAA {y|más|con} BBB{?|}',
        '¿cuál es la suma de AAA y BBB?',
        '¿cuánto {suman|hacen} AAA {y|más} BBB?',
        'tengo AAA y {recibo|me dan} BBB más, ¿cuántos tengo?',
    ],
}  # fmt: skip
SUB = {
    'en': [
        OPENERS + 'AAA{ - | - |-|-| minus | minus |- | -| − | – | less }BBB' + END,
        OPENERS + 'AAA{ - | minus |-}BBB' + END,
        OPENERS + 'AAA{ - |-}BBB' + END,
        '{|please |can you |could you }{subtract|take|take away|deduct} BBB from AAA{?||.}',
        'what do {you|i|we} get {when|if} {you|i|we} {subtract|take} BBB from AAA?',
        '{what is |what\'s |}BBB {less than|subtracted from|taken from} AAA{?|}',
        'i have AAA {and|then} i {give away|lose|spend} BBB{.|,} {how many|how much} {is|are} left?',
        '{decrease|reduce|lower} AAA by BBB',
        '{what is |}the difference {between|of} AAA and BBB{?|}',
        'what remains {if|when} i take BBB from AAA?',
    ],
    'es': [
        ABRE + 'AAA{ - | menos | menos |-}BBB' + FIN,
        '{resta|quita|¿puedes restar} BBB {de|a} AAA{?|}',
        'a AAA {quítale|réstale} BBB',
        'tengo AAA y {gasto|pierdo|doy} BBB, ¿cuántos {quedan|me quedan}?',
        '¿cuál es la diferencia entre AAA y BBB?',
    ],
}  # fmt: skip
MUL = {
    'en': [
        OPENERS + 'AAA{ * | * |*|*| x | x |x| × |×| times | times | multiplied by | by }BBB' + END,
        OPENERS + 'AAA{ * | x | times |*}BBB' + END,
        OPENERS + 'AAA{ * |*}BBB' + END,
        '{|please |can you |could you }multiply AAA {by|and|with|times} BBB{?||.}',
        '{what is |what\'s ||give me |find }the product of AAA and BBB' + END,
        'what do {you|i|we} get {when|if} {you|i|we} multiply AAA by BBB?',
        '{there are |i have |}AAA {boxes|bags|rows} {of|with} BBB {each|things each|in each}{.|,} how many {in total|is that|altogether}?',
        '{multiplying|multiply} AAA {by|with} BBB{ gives what?| gives| is|}',
    ],
    'es': [
        ABRE + 'AAA{ * | por | por | x |*| × }BBB' + FIN,
        '{multiplica|¿puedes multiplicar} AAA por BBB{?|}',
        '¿cuál es el producto de AAA y BBB?',
        '¿cuánto {es|da} AAA multiplicado por BBB?',
        'AAA veces BBB',
    ],
}  # fmt: skip


def column_sum(a: int, b: int, width: int, wordy: bool = False) -> tuple[list[str], str]:
    x, y, carry, result, lines = f'{a:0{width}}', f'{b:0{width}}', 0, '', []
    for i in range(width - 1, -1, -1):
        total = int(x[i]) + int(y[i]) + carry
        result = str(total % 10) + result
        carry_word = f', carry {total // 10}' if wordy else ''
        lines.append(f'{x[i]}+{y[i]}+{carry}={total:02}{carry_word}:{result}')
        carry = total // 10
    return lines, f'{carry}{result}'


def add(rng, lang=None) -> Sample:
    lang = lang or language(rng)
    a, b = number(rng), number(rng)
    lines, total = column_sum(a, b, 3, wordy=True)
    thought = [f'{a:03}+{b:03}', *lines, f'{total}={a + b}']
    return Sample('add', phrase(rng, lang, ADD, AAA=a, BBB=b), thought, f'{a} + {b} = {a + b}', f'add:{a}:{b}', lang=lang)


def sub(rng, lang=None) -> Sample:
    lang = lang or language(rng)
    a, b = number(rng), number(rng)
    if rng.random() < 0.5 and a < b:
        a, b = b, a
    if rng.random() < 0.04:
        b = a
    x, y = f'{a:03}', f'{b:03}'
    compared = []
    for p, q in zip(x, y):
        compared.append(f'{p}{"<" if p < q else ">" if p > q else "="}{q}')
        if p != q:
            break
    thought = [f'{x}-{y}', ','.join(compared)]
    if a == b:
        thought += ['same: 0']
    else:
        big, small = (x, y) if a > b else (y, x)
        thought.append(f'{"keep" if a > b else "swap"}: {big}-{small}')
        borrow, result = 0, ''
        for i in (2, 1, 0):
            value = 10 + int(big[i]) - int(small[i]) - borrow
            result = str(value % 10) + result
            lines = f'1{big[i]}-{small[i]}-{borrow}={value:02}, borrow {int(value < 10)}:{result}'
            borrow = int(value < 10)
            thought.append(lines)
        thought.append(f'{"" if a > b else "minus "}{result}={a - b}')
    return Sample('sub', phrase(rng, lang, SUB, AAA=a, BBB=b), thought, f'{a} - {b} = {a - b}', f'sub:{a}:{b}', lang=lang)


def mul(rng, lang=None) -> Sample:
    lang = lang or language(rng)
    a, b = number(rng), number(rng, rng.choices((1, 2, 3), (4, 5, 5))[0])
    if rng.random() < 0.5:
        a, b = b, a
    big, small = (b, a) if len(str(b)) > len(str(a)) else (a, b)
    x, y = f'{big:03}', str(small)
    # Copied as it was asked, then made three digits long: how long a number is can be seen only at its end.
    thought = [f'{a}*{b}', f'{x}*{y}']
    total, left = None, y
    for k, d in enumerate(reversed(y)):
        carry, result, left = 0, '', left[:-1]
        # What is still to multiply by stands before the bar: no step is forgotten or done twice.
        if d == '0':
            partial = '0' * (4 + k)
            thought.append(f'{left}|0: {partial}')
        else:
            thought.append(f'{left}|{d}:')
            for c in reversed(x):
                product = int(c) * int(d)
                result = str((product + carry) % 10) + result
                thought.append(f'{c}*{d}={product:02}+{carry}={product + carry:02}:{result}')
                carry = (product + carry) // 10
            partial = f'{carry}{result}{"0" * k}'
            thought.append(f'*{d}: {partial}')
        if total is None:
            total = partial
        else:
            width = 4 + k
            thought.append(f'{int(total):0{width}}+{int(partial):0{width}}')
            lines, summed = column_sum(int(total), int(partial), width)
            thought += lines
            total = summed[1:]
    thought.append(f'{total}={a * b}')
    return Sample('mul', phrase(rng, lang, MUL, AAA=a, BBB=b), thought, f'{a} × {b} = {a * b}', f'mul:{a}:{b}', lang=lang)


# --- letters in a word ---------------------------------------------------------------------------

LETTERS = {
    'en': [
        'how many {|||letters |letter }LLLS are {there |}in {|||the word }WWW?',
        'how many {||letters |letter }LLLS {are in|in|does|has} WWW{ have|}?',
        'how many times does {|the letter }LLL {appear|occur|show up} in {||the word }WWW?',
        '{count|count up} {|the }{|letters |letter }LLLS in {||the word }WWW',
        'number of {||letter }LLLS in {||the word }WWW',
        'how often is {|the letter }LLL in {||the word }WWW?',
        'how often does LLL {appear|occur} in WWW?',
        '{in the word |in }WWW, how many LLLS are there?',
        '{can you |please |could you }count the LLLS in {|the word }WWW{?|}',
        '{tell me |do you know |}how many LLLS {are in|there are in|WWW has} {|the word }WWW'.replace('|WWW has', ''),
        'how many {|letters }LLLS {can you find|do you see|do you count} in {|the word }WWW?',
        '{the word |}WWW{:| -|,} how many LLLS?',
        '{how much|how many times is} {|the letter }LLL in {|the word }WWW?',
    ],
    'es': [
        '¿cuántas {|letras |veces aparece la }LLL {hay |tiene |}{en |}{|la palabra }WWW?',
        'cuenta las LLL {de|en} {|la palabra }WWW',
        '¿cuántas veces {aparece|está|sale} {|la }{|letra }LLL en {|la palabra }WWW?',
        '{en|en la palabra} WWW, ¿cuántas LLLS hay?',
        '{dime |}cuántas LLLS {tiene|hay en} {|la palabra }WWW',
    ],
}  # fmt: skip


def spelled(tokenizer, word_in_question: str, letter: str) -> tuple[list[str], int]:
    count, lines = 0, []
    for piece in tokenizer.pieces(word_in_question):
        letters = [c for c in piece.lower() if c.isascii() and c.isalpha()]
        if not letters:
            continue
        marks = []
        for c in letters:
            count += c == letter
            marks.append(f' {c}{count}')
        lines.append(f'{SPLIT}{piece}{SPLIT}:{"".join(marks)}')
    return lines, count


def letters(rng, tokenizer, words, lang=None, word=None, letter=None) -> Sample:
    lang = lang or language(rng, 0.15)
    word = word or words(rng)
    letter = letter or (rng.choice(word) if rng.random() < 0.8 else rng.choice('abcdefghijklmnopqrstuvwxyz'))
    roll = rng.random()
    shown = word if roll < 0.8 else word.capitalize() if roll < 0.95 else word.upper()
    quote = rng.choices(['', '"', "'", '“'], [8, 3, 1, 1])[0]
    written = f'{quote}{shown}{ {"“": "”"}.get(quote, quote) }'
    style = rng.random()
    mark = letter if style < 0.55 else letter.upper() if style < 0.75 else f"'{letter}'" if style < 0.88 else f'"{letter}"'
    plural = rng.choice(["'s", 's', 's', "'s", '', '', '']) if "'" not in mark and '"' not in mark else rng.choice(['s', '', ''])
    question = phrase(rng, lang, LETTERS, LLLS=mark + plural if lang == 'en' else mark, LLL=mark).replace('WWW', written)
    at = question.index(written)
    before = question[:at]
    context = (' ' if before.endswith(' ') else '') + quote + shown
    lines, count = spelled(tokenizer, context, letter)
    thought = [f'Count {letter}', *lines, f'= {count}']
    answer = {
        'en': f'The letter {letter} appears {count} {"time" if count == 1 else "times"}.',
        'es': f'La letra {letter} aparece {count} {"vez" if count == 1 else "veces"}.',
    }[lang]
    return Sample('letters', question, thought, answer, f'letters:{word}', lang=lang)


# --- comparing decimals --------------------------------------------------------------------------

DECIMALS = {
    'en': [
        '{which|what} {is|one is|number is} {WORD}{,|:| -|} AAA or BBB?',
        '{which is|which one is|what is|what\'s} {WORD}: AAA {or|vs} BBB{?|}',
        'AAA or BBB{,|:|} {which|what} is {WORD}?',
        'is AAA {WORD} than BBB?',
        'compare AAA {and|with|to} BBB',
        '{which of|between} AAA and BBB{,|} {which |}is {WORD}?',
        '{what is|what\'s|find|pick|tell me} the {WORD} {number|one|of the two}{,|:} AAA or BBB{?|}',
        'AAA {vs|or|versus|vs.} BBB{?|}',
    ],
    'es': [
        '¿{cuál|qué número|qué} es {WORD}{,|:|} AAA o BBB?',
        '¿es AAA {WORD} que BBB?',
        'compara AAA {y|con} BBB',
        '¿AAA o BBB, cuál es {WORD}?',
    ],
}  # fmt: skip
LARGER = {'en': ['larger', 'bigger', 'greater', 'larger', 'bigger', 'higher', 'more'], 'es': ['mayor', 'más grande', 'mayor']}
SMALLER = {'en': ['smaller', 'less', 'lower'], 'es': ['menor', 'más pequeño']}


def decimal(rng) -> str:
    whole = rng.randrange(10 ** rng.choices((1, 2, 3), (6, 2, 1))[0])
    places = rng.choices((0, 1, 2, 3), (1, 5, 6, 3))[0]
    return str(whole) if places == 0 else f'{whole}.{rng.randrange(10**places):0{places}}'


def decimals(rng, lang=None, pair=None) -> Sample:
    lang = lang or language(rng)
    a = decimal(rng)
    if rng.random() < 0.65:
        places = rng.choices((0, 1, 2, 3), (1, 4, 4, 2))[0]
        start = a.split('.')[0]
        b = start if places == 0 else f'{start}.{rng.randrange(10**places):0{places}}'
        if rng.random() < 0.15 and '.' in a:
            b = a + '0' if len(a.split('.')[1]) < 3 else a
    else:
        b = decimal(rng)
    if pair:
        a, b = pair
    comma = lang == 'es' and rng.random() < 0.4
    want_small = rng.random() < 0.45

    def padded(v):
        whole, _, part = v.partition('.')
        return f'{int(whole):03}.{part:0<3}'

    x, y = padded(a), padded(b)
    compared, order = [], '='
    for p, q in zip(x, y):
        if p == '.':
            continue
        order = '<' if p < q else '>' if p > q else '='
        compared.append(f'{p}{q}{order}')
        if p != q:
            break
    sa, sb = (a.replace('.', ','), b.replace('.', ',')) if comma else (a, b)
    template = rng.choice(DECIMALS[lang])
    asks_small = want_small and 'WORD' in template
    word = rng.choice((SMALLER if asks_small else LARGER)[lang])
    text = fill(rng, template.replace('{WORD}', word)).replace('AAA', sa).replace('BBB', sb)
    if lang == 'es' and rng.random() < 0.35:
        text = strip_accents(text)
    big, small = (sa, sb) if order != '<' else (sb, sa)
    if order == '=':
        answer = {'en': f'{sa} and {sb} are equal.', 'es': f'{sa} y {sb} son iguales.'}[lang]
    elif asks_small:
        answer = {'en': f'{small} is smaller than {big}.', 'es': f'{small} es menor que {big}.'}[lang]
    else:
        answer = {'en': f'{big} is larger than {small}.', 'es': f'{big} es mayor que {small}.'}[lang]
    asked = {'en': ('larger', 'smaller'), 'es': ('mayor', 'menor')}[lang][asks_small]
    thought = [f'{asked}?', x, y, ','.join(compared), f'{sa} {order} {sb}', f'{asked}: {"=" if order == "=" else small if asks_small else big}']
    return Sample('decimals', casing(rng, text), thought, answer, f'decimals:{a}:{b}', lang=lang)


# --- sorting -------------------------------------------------------------------------------------

SORT = {
    'en': [
        '{|please |can you |could you }{sort|order|arrange|put in order}{| these numbers| these| the numbers| the list|}{:|} NNN{ORDER}',
        '{sort|order|arrange} NNN{ORDER}',
        '{put|sort} {these|the} numbers {in order|in order}{:|} NNN{ORDER}',
        'sort {the list|this list|this}{:|} [NNN]{ORDER}',
    ],
    'es': [
        '{ordena|¿puedes ordenar|ordéname} {|estos números|los números|la lista}{:|} NNN{ORDER}',
        'ordena NNN{ORDER}',
    ],
}  # fmt: skip
UP = {
    'en': ['', '', '', ' {from |}{smallest|low|lowest|least} to {largest|high|highest|greatest}', ' {in |}ascending{| order}', ', smallest first'],
    'es': ['', '', ' de menor a mayor', ' en orden ascendente'],
}  # fmt: skip
DOWN = {
    'en': [' {from |}{largest|high|highest|biggest} to {smallest|low|lowest}', ' {in |}descending{| order}', ', {largest|biggest} first', ' {in |}reverse{| order}'],
    'es': [' de mayor a menor', ' en orden descendente'],
}  # fmt: skip


def sort(rng, lang=None) -> Sample:
    lang = lang or language(rng)
    count = rng.choices((3, 4, 5, 6), (4, 4, 3, 3))[0]
    limit = rng.choice((10, 20, 100, 100, 1000, 1000))
    values = [rng.randrange(limit) for _ in range(count)]
    if rng.random() < 0.8 or limit < 100:
        values = rng.sample(range(limit), count)
    down = rng.random() < 0.3
    order = fill(rng, rng.choice((DOWN if down else UP)[lang]))
    if order:
        order = ('' if order.startswith(',') else ' ') + order
    separator = rng.choices((', ', ',', ' ', ' and '), (6, 2, 2, 0))[0]
    template = rng.choice(SORT[lang])
    listed = separator.join(map(str, values))
    if rng.random() < 0.15 and separator == ', ':
        listed = ', '.join(map(str, values[:-1])) + {'en': ' and ', 'es': ' y '}[lang] + str(values[-1])
    text = fill(rng, template.replace('{ORDER}', '@@')).replace('@@', order).replace('NNN', listed)
    if lang == 'es' and rng.random() < 0.35:
        text = strip_accents(text)
    left = [(chr(65 + i), v) for i, v in enumerate(values)]
    thought, out = [f'{"largest" if down else "smallest"} first'], []
    show = lambda item: f' {item[0]}{item[1]:03}'  # noqa: E731
    # Each number is copied first and padded then: how long it is can be seen only at its end.
    thought += [f' {name}={v}:{v:03}' for name, v in left]
    while len(left) > 1:
        thought.append(''.join(map(show, left)))
        best = left[0]
        for item in left[1:]:
            digits, sign = '', '='
            for p, q in zip(f'{best[1]:03}', f'{item[1]:03}'):
                sign = '<' if p < q else '>' if p > q else '='
                digits += f' {p}{q}{sign}'
                if p != q:
                    break
            thought.append(f'{show(best)}{show(item)}{digits}')
            if (item[1] > best[1]) if down else (item[1] < best[1]):
                best = item
        thought.append(f'take{show(best)}={best[1]}')
        left.remove(best)
        out.append(best[1])
    thought.append(f'take{show(left[0])}={left[0][1]}')
    out.append(left[0][1])
    answer = ', '.join(map(str, out))
    return Sample('sort', casing(rng, text), thought, answer, 'sort:' + ','.join(map(str, values)) + str(down), lang=lang)


# --- day of the week -----------------------------------------------------------------------------

DAY_NAMES = {
    'en': ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
    'es': ['lunes', 'martes', 'miércoles', 'jueves', 'viernes', 'sábado', 'domingo'],
}
DAYS = {
    'en': [
        '{if |}{today is|today\'s|it is|it\'s} DDD{ today|}, {what|which} {day|weekday|day of the week} {will it be|is it|is|will be} in NNN DAYS?',
        'today is DDD. {what|which} {day|weekday|day of the week} {will it be|is it} {in NNN DAYS|NNN DAYS from now|NNN DAYS later|after NNN DAYS}?',
        '{what|which} {day|weekday|day of the week} {is|comes|will it be|is it} NNN DAYS {after|from} DDD?',
        '{what|which} {day|weekday|day of the week} will it be in NNN DAYS if {today is|it is|it\'s} DDD{ today|}?',
        'NNN DAYS {after|from} DDD{?| is what day?| is which day?}',
        '{it\'s|it is} DDD. what day is it in NNN DAYS?',
        '{i start|we start|it starts} on DDD{.|,} {what|which} {day|weekday} is it NNN DAYS later?',
        '{add|count} NNN DAYS to DDD',
        '{what|which} day {do i get|do we get} NNN DAYS after {a |}DDD?',
    ],
    'es': [
        '{si |}hoy es DDD, ¿qué día {será|es} {dentro de|en} NNN DAYS?',
        'hoy es DDD. ¿qué día {de la semana |}{será|es} {dentro de|en} NNN DAYS?',
        '¿qué día {será|es} NNN DAYS después {del|de} DDD?',
        '{hoy es DDD|es DDD}, ¿qué día {toca|será|cae} {dentro de|en} NNN DAYS?',
        '¿qué día cae NNN DAYS {después del|tras el} DDD?',
    ],
}  # fmt: skip


def days(rng, lang=None) -> Sample:
    lang = lang or language(rng, 0.25)
    start, n = rng.randrange(7), rng.randrange(1, 31)
    names = DAY_NAMES[lang]
    unit = {'en': 'day' if n == 1 else 'days', 'es': 'día' if n == 1 else 'días'}[lang]
    text = phrase(rng, lang, DAYS, DDD=names[start], NNN=n, DAYS=unit)
    if rng.random() < 0.15:
        text = text.lower()
    rest, chain = n, str(n)
    while rest >= 7:
        rest -= 7
        chain += f'-7={rest}'
    thought = [chain, f'{names[start]} 0']
    for i in range(1, rest + 1):
        thought.append(f'{names[(start + i) % 7]} {i}')
    day = names[(start + n) % 7]
    answer = {'en': f'It will be {day}.', 'es': f'Será {day}.'}[lang]
    return Sample('days', text, thought, answer, f'days:{lang}:{start}:{n}', lang=lang)


# --- a three-person puzzle -----------------------------------------------------------------------

PEOPLE = ['Ana', 'Ben', 'Cleo', 'Dan', 'Eva', 'Finn', 'Gina', 'Hugo', 'Iris', 'Leo', 'Mia', 'Tom']
KINDS = {
    'pet': (['cat', 'dog', 'fish', 'bird', 'rabbit'], 'has', 'have', 'the ', 'a '),
    'drink': (['tea', 'coffee', 'milk', 'juice', 'water'], 'drinks', 'drink', '', ''),
    'colour': (['red', 'blue', 'green', 'yellow', 'black'], 'likes', 'like', '', ''),
    'fruit': (['apple', 'pear', 'banana', 'lemon', 'orange'], 'has', 'have', 'the ', 'a '),
}


def zebra(rng, lang=None) -> Sample:
    people = rng.sample(PEOPLE, 3)
    kind = rng.choice(list(KINDS))
    pool, does, do, the, a = KINDS[kind]
    items = rng.sample(pool, 3)
    owner = items[:]
    rng.shuffle(owner)
    truth = {p: owner[i] for i, p in enumerate(people)}
    every = [(p, i) for p in people for i in items]
    while True:
        clues, open_for = [], {p: set(items) for p in people}
        candidates = every[:]
        rng.shuffle(candidates)
        positive = False
        for p, i in candidates:
            yes = truth[p] == i
            if yes and (positive or rng.random() < 0.4):
                continue
            clues.append((p, i, yes))
            positive |= yes
            if yes:
                for q in people:
                    open_for[q].discard(i)
                open_for[p] = {i}
            else:
                open_for[p].discard(i)
            if solutions(people, items, clues) == 1:
                break
        if solutions(people, items, clues) == 1 and 2 <= len(clues) <= 4:
            break
    no = rng.choice(['does not', "doesn't", 'does not'])
    told = []
    for p, i, yes in clues:
        told.append(f'{p} {does} {the}{i}.' if yes else f'{p} {no} {do} {the}{i}.')
    an = lambda i: ('an ' if i[0] in 'ao' else a) + i if a else i  # noqa: E731
    intro = fill(rng, rng.choice([
        f'{people[0]}, {people[1]} and {people[2]} each {do} a different {kind}: {an(items[0])}, {an(items[1])} and {an(items[2])}.',
        f'{people[0]}, {people[1]} and {people[2]} each {do} one {kind}: {items[0]}, {items[1]} or {items[2]}.',
        f'{{three friends|three people|three neighbours}}, {people[0]}, {people[1]} and {people[2]}, each {do} a different {kind} ({items[0]}, {items[1]}, {items[2]}).',
    ]))  # fmt: skip
    if rng.random() < 0.7:
        asked = rng.choice(items)
        who = next(p for p in people if truth[p] == asked)
        known = asked
        question = f'{rng.choice(["Who", "So who", "Who"])} {does} {the}{asked}?'
    else:
        who = rng.choice(people)
        asked = truth[who]
        known = who
        question = rng.choice([f'What {kind} does {who} {do}?', f'Which {kind} does {who} {do}?'])
    thought = tried(people, items, clues, known)
    answer = f'{who} {does} {the}{asked}.'
    key = 'zebra:' + '|'.join([*people, *items]) + '|'.join(f'{p}{i}{y}' for p, i, y in clues)
    return Sample('zebra', f'{intro} {" ".join(told)} {question}', thought, answer, key)


def solutions(people, items, clues) -> int:
    from itertools import permutations

    return sum(all((dict(zip(people, order))[p] == i) == yes for p, i, yes in clues) for order in permutations(items))


def tried(people, items, clues, known) -> list[str]:
    """Every clue as the pairs it rules out, then one arrangement after the other until nothing is ruled out.

    A pair is two letters, so "is this pair ruled out?" is looked up, not thought about. A letter stands on both
    sides of its name, and a pair that was found is written in both orders: each is found by what comes before it.
    The last line begins with `known`, the person or the thing in the question, and ends with what it belongs to.
    """
    label = dict(zip([*people, *items], ' a, b, c, x, y, z'.split(',')))
    lines = [f'{sign} {name}{sign}' for name, sign in label.items()]
    out: set[str] = set()
    for p, i, yes in clues:
        pair = label[p] + label[i]
        others = [label[p] + label[j] for j in items if j != i] + [label[q] + label[i] for q in people if q != p]
        ruled = others if yes else [pair]
        lines.append(f' {p}{label[p]} {"is" if yes else "not"} {i}{label[i]}:' + (f'{pair} yes' if yes else '') + ''.join(f'{r} no' for r in ruled))
        out |= set(ruled)

    def search(line: str, free: list[str], depth: int) -> str | None:
        if depth == len(people):
            return line
        for i in free:
            pair = label[people[depth]] + label[i]
            if pair in out:
                lines.append(f'{line}{pair} no')
            elif found := search(f'{line}{pair} ok', [j for j in free if j != i], depth + 1):
                return found
        return None

    found = search('try', items, 0) or ''
    lines.append(found)
    names = {sign: name for name, sign in label.items()}
    partner = {}
    for pair in found.removeprefix('try').split(' ok')[:-1]:
        person, item = pair[:2], pair[2:]
        partner |= {person: item, item: person}
        lines.append(f'{person} ={person}{item} ={item}{person}')
    sign = label[known]
    lines.append(f' {known}{sign} ={sign}{partner[sign]} {names[partner[sign]]}')
    return lines


# --- memory, repeating, counting -----------------------------------------------------------------

NAMES = ('Maria James Anna Luis Sofia Peter Carlos Nina Omar Lucy Jonas Elena Marco Sara David Laura Pablo Emma Felix Clara '
         'Diego Alice Robert Marta Simon Julia Victor Rosa Andre Lena Miguel Paula Oscar Irene Martin Carmen Adam Nora Ivan '
         'Teresa Daniel Olga Hector Wei Ling Yuki Priya Ahmed Fatima Ingrid Sven Pierre Chloe Giulia Raj Zoe Max Bob Ruth').split()  # fmt: skip
SYLLABLES = 'ba be bi bo bra ca ce co da de di do dra el en fa fe fi ga ge gri ha he is ja jo ka ke ki la le li lo lu ma me mi mo na ne ni no or pa pe po ra re ri ro sa se si so ta te ti to tra u va ve vi wa we ya yo za ze zi'.split()

TELL = {
    'en': [
        ('{|hi, |hello, |hey, |hi! |hello! }{my name is|i am|i\'m|call me|my name\'s|you can call me|this is} XXX{.||!}', 'name'),
        ('{|hi, |hello, }{my name is|i am|i\'m|call me} XXX{ and|,|. } my {|lucky |favourite |favorite }number is NNN{.|}', 'both'),
        ('{my name is|i am|i\'m} XXX and i like the number NNN', 'both'),
        ('{my |}{lucky |favourite |favorite |}number is NNN{.|}', 'number'),
        ('{please |}remember {the number |this number: |}NNN{.|}', 'number'),
        ('{please |}remember: {my name is|i am} XXX{ and|,} my number is NNN', 'both'),
    ],
    'es': [
        ('{|hola, |hola! }{me llamo|mi nombre es|soy} XXX', 'name'),
        ('{|hola, }{me llamo|mi nombre es|soy} XXX y mi número {|favorito |de la suerte }es {el |}NNN', 'both'),
        ('{mi número es|mi número favorito es|recuerda el número|recuerda} {el |}NNN', 'number'),
    ],
}  # fmt: skip
ASK = {
    'en': {
        'name': ['{what is|what\'s|whats|do you know|do you remember|tell me|can you tell me|remember} my name?', 'who am i?', 'what {did i say my name was|was my name}?', 'what did i tell you my name {is|was}?', 'how am i called?', 'what am i called?'],
        'number': ['{what is|what\'s|whats|do you remember|tell me|which was} my {|lucky |favourite |favorite }number?', '{what|which} number did i {tell you|say|mention|give you|ask you to remember}?', 'what was {my|the} number{| again}?', 'do you remember the number?'],
        'both': ['what {is|are} my name and {my |}number?', '{tell me|repeat|do you remember|what were} my name and {my |}number{?|}', 'what do you {know|remember} about me?'],
    },
    'es': {
        'name': ['¿cómo me llamo?', '¿cuál es mi nombre?', '¿{recuerdas|sabes|te acuerdas de} mi nombre?', '¿quién soy?', '¿{recuerdas|sabes} cómo me llamo?'],
        'number': ['¿cuál {es|era} mi número{| favorito}?', '¿{recuerdas|sabes} mi número?', '¿qué número te dije?'],
        'both': ['¿cómo me llamo y cuál es mi número?', '¿qué sabes de mí?', 'dime mi nombre y mi número'],
    },
}  # fmt: skip
ACK = {
    'en': {'name': 'Nice to meet you, XXX.', 'number': 'I will remember NNN.', 'both': 'Nice to meet you, XXX. I will remember NNN.'},
    'es': {'name': 'Mucho gusto, XXX.', 'number': 'Recordaré el NNN.', 'both': 'Mucho gusto, XXX. Recordaré el NNN.'},
}
RECALL = {
    'en': {'name': 'Your name is XXX.', 'number': 'Your number is NNN.', 'both': 'Your name is XXX and your number is NNN.'},
    'es': {'name': 'Te llamas XXX.', 'number': 'Tu número es NNN.', 'both': 'Te llamas XXX y tu número es NNN.'},
}
MISSING = {
    'en': {'name': 'You have not told me your name yet.', 'number': 'You have not told me a number yet.', 'both': 'You have not told me your name or a number yet.'},
    'es': {'name': 'Todavía no me has dicho tu nombre.', 'number': 'Todavía no me has dicho ningún número.', 'both': 'Todavía no me has dicho tu nombre ni un número.'},
}


def person(rng) -> str:
    if rng.random() < 0.35:
        return rng.choice(NAMES + PEOPLE)
    return ''.join(rng.choice(SYLLABLES) for _ in range(rng.choice((2, 2, 3)))).capitalize()


def tell(rng, lang, what=None):
    name, num = person(rng), rng.randrange(10 ** rng.choice((1, 2, 2, 3, 4)))
    template, kind = rng.choice([t for t in TELL[lang] if what is None or t[1] == what])
    text = casing(rng, fill(rng, template).replace('i like', 'I like'))
    if lang == 'es' and rng.random() < 0.35:
        text = strip_accents(text)
    put = lambda s: s.replace('XXX', name).replace('NNN', str(num))  # noqa: E731
    if 'xxx' in text:
        text = text.replace('xxx', 'XXX')
    text = text.replace('NNN', str(num)).replace('XXX', name)
    return text, put(ACK[lang][kind]), kind, name, num


def memory_tell(rng, lang=None) -> Sample:
    lang = lang or language(rng)
    text, ack, kind, name, num = tell(rng, lang)
    thought = ['They tell me ' + {'name': f'a name: {name}', 'number': f'a number: {num}', 'both': f'a name: {name}, and a number: {num}'}[kind]]
    return Sample('memory_tell', text, thought, ack, f'tell:{name}:{num}', lang=lang)


def memory(rng, filler, lang=None, gap=None) -> Sample:
    """Told first, asked later, with other turns in between."""
    lang = lang or language(rng)
    gap = rng.choices((0, 1, 2, 4, 6, 9), (8, 4, 3, 2, 1, 1))[0] if gap is None else gap
    earlier, name, num, known = [], None, None, set()
    roll = rng.random()
    plan = ['both'] if roll < 0.5 else ['name'] if roll < 0.65 else ['number'] if roll < 0.75 else ['name', 'number'] if roll < 0.9 else []
    key = 'memory'
    for what in plan:
        text, ack, kind, n, m = tell(rng, lang, what)
        if kind != 'number':
            name = n
        if kind != 'name':
            num = m
        known |= {'name', 'number'} if kind == 'both' else {kind}
        earlier.append((text, ack))
        key += f':{n}:{m}'
    for _ in range(gap):
        earlier.append(filler(rng))
    asked = rng.choice(['name', 'number', 'both']) if len(known) == 2 else rng.choice(sorted(known) if known and rng.random() < 0.7 else ['name', 'number'])
    if not known and rng.random() < 0.2:
        asked = 'both'
    text = casing(rng, fill(rng, rng.choice(ASK[lang][asked])))
    if lang == 'es' and rng.random() < 0.35:
        text = strip_accents(text)
    if asked == 'both':
        ok = len(known) == 2 or not known
        if not ok:
            asked = next(iter(known))
    has = (asked in known) or (asked == 'both' and len(known) == 2)
    answer = (RECALL if has else MISSING)[lang][asked].replace('XXX', str(name)).replace('NNN', str(num))
    recalled = {'name': f'name: {name}', 'number': f'number: {num}', 'both': f'name: {name}, number: {num}'}[asked] if has else f'{asked}: not told'
    return Sample('memory', text, [f'They ask what they told me. {recalled}'], answer, key, earlier, lang)


REPEAT = {
    'en': ['{repeat|say|echo}{| after me| exactly| this}: RRR', 'repeat after me{,|:} RRR', '{please |}repeat the words RRR', 'copy this: RRR', 'copy: RRR'],
    'es': ['{repite|di}{| esto| conmigo}: RRR'],
}  # fmt: skip


def repeat(rng, words, lang=None, longest=7) -> Sample:
    lang = lang or language(rng, 0.15)
    parts = [words(rng) if longest > 7 or rng.random() < 0.75 else str(number(rng)) for _ in range(rng.randrange(1, longest + 1))]
    text = ' '.join(parts)
    return Sample('repeat', phrase(rng, lang, REPEAT).replace('RRR', text), ['I repeat the words.'], f' {text}', f'repeat:{text}', lang=lang)
