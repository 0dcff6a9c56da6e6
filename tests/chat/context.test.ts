import { describe, expect, it } from 'vitest';
import { answerReserve, fitToContext, messagesFor, titleFrom } from '#server/chat/context.ts';
import type { ChatMessage } from '#server/engine/engine.ts';

const history = [
  { userText: 'one', answer: 'first answer' },
  { userText: 'two', answer: '' },
  { userText: 'three', answer: 'third answer' },
];
/** Counts words, one token each. */
const countWords = async (messages: ChatMessage[]) =>
  messages.flatMap((message) => message.content.split(' ')).length;

describe('the prompt of a turn', () => {
  it('alternates question and answer and ends with the new question', () => {
    const messages = messagesFor(history, 'four');
    expect(messages.map((message) => message.role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
    ]);
    expect(messages.at(-1)?.content).toBe('four');
  });

  it('leaves out turns that were never answered', () => {
    expect(messagesFor(history, 'four').map((message) => message.content)).not.toContain('two');
  });

  it('keeps everything when it fits', async () => {
    const fitted = await fitToContext(history, 'four', 100, countWords);
    expect(fitted).toEqual({ messages: messagesFor(history, 'four'), droppedTurns: 0 });
  });

  it('drops the oldest turns first, as few as possible, and says how many', async () => {
    const long = Array.from({ length: 9 }, (_, index) => ({ userText: `q${index}`, answer: 'a b c' }));
    // Each turn costs 4 words, the question 1: a budget of 14 holds exactly three turns.
    const fitted = await fitToContext(long, 'now', 14, countWords);
    expect(fitted.droppedTurns).toBe(6);
    expect(fitted.messages[0]?.content).toBe('q6');
    expect(await countWords(fitted.messages)).toBe(13);
  });

  it('keeps the question even when it alone is too long, so that the engine can refuse it with numbers', async () => {
    const fitted = await fitToContext(history, 'far too many words for this', 3, countWords);
    expect(fitted).toEqual({
      messages: [{ role: 'user', content: 'far too many words for this' }],
      droppedTurns: 2,
    });
  });

  it('reserves a third of a small context and 2,048 tokens of a large one for the answer', () => {
    expect(answerReserve(1024)).toBe(341);
    expect(answerReserve(32_768)).toBe(2048);
  });
});

describe('the title of a conversation', () => {
  it('is the first line of the first message', () => {
    expect(titleFrom('  Plan my week\nwith details')).toBe('Plan my week');
  });

  it('is cut at a word when it is long', () => {
    const title = titleFrom('Please compare these three quite different approaches to storing chats on disk');
    expect(title.length).toBeLessThanOrEqual(61);
    expect(title).toMatch(/^Please compare .*\w…$/);
  });

  it('is not cut in the middle of a character', () => {
    expect(titleFrom(`${'字'.repeat(59)}😀字`)).toBe(`${'字'.repeat(59)}…`);
    expect(titleFrom(`${'字'.repeat(58)}😀字`)).toBe(`${'字'.repeat(58)}😀…`);
  });
});
