import { describe, expect, it } from 'vitest';
import type { EngineEvent, GenerateRequest } from '#server/engine/engine.ts';
import { Reply, type ReplyStep } from '#server/engine/reply.ts';

/** Every character is a token: its code point. The two marks of the thought stand outside of Unicode text. */
const open = 0x110000;
const close = 0x110001;
const format = { thinkOpen: open, thinkClose: close, newline: [10], blankLine: [10, 10] };
const decode = (tokens: number[]) => String.fromCodePoint(...tokens.filter((token) => token < open));

function reply(changes: Partial<Pick<GenerateRequest, 'thinking' | 'stop' | 'maxTokens'>> = {}, room = 1000) {
  const request = {
    thinking: { mode: 'enabled' as const, budgetTokens: null },
    stop: [],
    maxTokens: null,
    ...changes,
  };
  return new Reply({ request, format, decode, room, now: () => 0 });
}

const tokensOf = (text: string) => [...text].map((character) => character.codePointAt(0) as number);

/** Feeds tokens until the reply finishes or the tokens are used up. */
function run(
  target: Reply,
  tokens: number[],
): { events: EngineEvent[]; last: ReplyStep | null; used: number } {
  const events = target.open();
  let last: ReplyStep | null = null;
  let used = 0;
  for (const token of tokens) {
    last = target.push(token);
    used++;
    events.push(...last.events);
    if (last.finish !== null || last.feed !== null) break;
  }
  return { events, last, used };
}

const shown = (events: EngineEvent[], kind: 'reasoning' | 'text') =>
  events.map((event) => (event.type === 'delta' && event.kind === kind ? event.text : '')).join('');
const ends = (events: EngineEvent[]) =>
  events.flatMap((event) => (event.type === 'reasoningEnd' ? [event.forced] : []));

describe('a reply', () => {
  it('is split by token, without the blank lines of the template', () => {
    const target = reply();
    const { events } = run(target, [...tokensOf('\nlet me see\n'), close, ...tokensOf('\n\n42\n\nyes')]);
    events.push(...target.flush());
    expect(shown(events, 'reasoning')).toBe('let me see');
    expect(shown(events, 'text')).toBe('42\n\nyes');
    expect(ends(events)).toEqual([null]);
    expect(target.usage(7, 3)).toEqual({
      promptTokens: 7,
      cachedTokens: 3,
      reasoningTokens: 13,
      completionTokens: 22,
    });
  });

  it('shows a space of the thought at once and holds only line breaks back', () => {
    const target = reply();
    const texts = tokensOf('a \tb\n \nc ').map((token) => shown(target.push(token).events, 'reasoning'));
    expect(texts).toEqual(['a', ' ', '\t', 'b', '', '', '', '\n \nc', ' ']);
    expect(ends(target.push(close).events)).toEqual([null]);
  });

  it('counts every sampled token once in its deltas, except what was never shown', () => {
    const target = reply();
    const { events } = run(target, [...tokensOf('ab'), close, ...tokensOf('cd')]);
    const counts = events.map((event) => (event.type === 'delta' ? event.tokens : 0));
    expect(counts.reduce((sum, tokens) => sum + tokens, 0)).toBe(5);
  });

  it('keeps thought marks that the model says in its answer out of the text', () => {
    const { events } = run(reply(), [close, ...tokensOf('a'), open, close, ...tokensOf('b')]);
    expect(shown(events, 'text')).toBe('ab');
  });

  it('closes the thought gracefully when its budget is used up', () => {
    const target = reply({ thinking: { mode: 'enabled', budgetTokens: 3 } });
    const { events, last, used } = run(target, tokensOf('thinking'));
    expect(used).toBe(3);
    expect(shown(events, 'reasoning')).toBe('thi');
    expect(ends(events)).toEqual(['budget']);
    expect(last?.feed).toEqual([...tokensOf('i'), 10, close, 10, 10]);
    expect(shown(target.push(65).events, 'text')).toBe('A');
  });

  it('does not force a thought that closed itself with the last token of its budget', () => {
    const { events, last } = run(reply({ thinking: { mode: 'enabled', budgetTokens: 3 } }), [97, 98, close]);
    expect(ends(events)).toEqual([null]);
    expect(last?.feed).toBeNull();
  });

  it('answers at once with a budget of 0', () => {
    const target = reply({ thinking: { mode: 'enabled', budgetTokens: 0 } });
    const { events } = run(target, tokensOf('yes'));
    expect(ends(events)).toEqual(['budget']);
    expect(shown(events, 'text')).toBe('yes');
    expect(target.usage(1, 0).reasoningTokens).toBe(0);
  });

  it('answers at once when thinking is disabled and reports no thought', () => {
    const { events } = run(reply({ thinking: { mode: 'disabled', budgetTokens: null } }), tokensOf('yes'));
    expect(ends(events)).toEqual([]);
    expect(shown(events, 'text')).toBe('yes');
  });

  it('closes the thought on "answer now", and only then', () => {
    const target = reply();
    target.open();
    target.answerNow();
    const step = target.push(97);
    expect(ends(step.events)).toEqual(['answerNow']);
    expect(target.push(98).feed).toBeNull();
  });

  it.each([
    ['with no limit at all', {}],
    ['with a limit that the context does not hold', { maxTokens: 8192 }],
    ['with such a budget', { maxTokens: 8192, thinking: { mode: 'enabled' as const, budgetTokens: 8192 } }],
  ])('leaves room for the answer when only the context ends a thought, %s', (_, asked) => {
    const { events, last, used } = run(
      reply(asked, 104),
      Array.from({ length: 200 }, (_, index) => 1000 + index),
    );
    expect(ends(events)).toEqual(['budget']);
    expect(used).toBe(75);
    expect(last?.finish).toBeNull();
  });

  it('ends with "length" at the limit of tokens, reasoning included', () => {
    const { events, last, used } = run(reply({ maxTokens: 6 }), [97, close, ...tokensOf('answer')]);
    expect(used).toBe(6);
    expect(last?.finish).toBe('length');
    expect(shown(events, 'text')).toBe('answ');
  });

  it('never generates more than the context holds, forced tokens included', () => {
    const target = reply({ maxTokens: 5000, thinking: { mode: 'enabled', budgetTokens: 5000 } }, 50);
    const { last, used } = run(
      target,
      Array.from({ length: 200 }, (_, index) => 1000 + index),
    );
    expect(last?.finish ?? last?.feed).not.toBeNull();
    expect(used + format.newline.length + 1 + format.blankLine.length).toBeLessThanOrEqual(50);
  });

  it('looks for stop strings in the answer only, across tokens', () => {
    const target = reply({ stop: ['END', '\n\nUser'] });
    const { events, last } = run(target, [
      ...tokensOf('END is no end'),
      close,
      ...tokensOf('one\n\ntwo EN ENDthree'),
    ]);
    expect(shown(events, 'reasoning')).toBe('END is no end');
    expect(shown(events, 'text')).toBe('one\n\ntwo EN ');
    expect(last?.finish).toBe('stop');
  });

  it('shows text that only looked like the beginning of a stop string', () => {
    const target = reply({ stop: ['</s>'] });
    const { events } = run(target, [close, ...tokensOf('a </s')]);
    expect(shown(events, 'text')).toBe('a ');
    expect(shown(target.flush(), 'text')).toBe('</s');
  });

  it('ends endless repetition in the answer and says so', () => {
    const words = tokensOf('the same again. ');
    const { events, last, used } = run(reply({}, 5000), [
      close,
      ...Array.from({ length: 2000 }, (_, i) => words[i % 16] as number),
    ]);
    expect(last?.finish).toBe('loop');
    expect(used).toBe(257);
    expect(shown(events, 'text')).toHaveLength(256);
  });

  it('closes a thought that goes round in circles', () => {
    const { events, last } = run(
      reply({}, 5000),
      Array.from({ length: 2000 }, () => 97),
    );
    expect(ends(events)).toEqual(['loop']);
    expect(last?.feed?.at(-3)).toBe(close);
  });

  it('lets long answers with short-lived repetition pass', () => {
    const table = tokensOf('| --- | --- | --- | --- |\n| 1 | 2 | 3 | 4 |\n'.repeat(5));
    const { last } = run(reply({}, 5000), [close, ...table]);
    expect(last?.finish).toBeNull();
  });
});
