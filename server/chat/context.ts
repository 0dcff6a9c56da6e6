import type { ChatMessage } from '#server/engine/engine.ts';

interface FinishedTurn {
  userText: string;
  answer: string;
}

/**
 * The messages a model gets for the next turn. Earlier reasoning is not among them: it is a separate field of a stored
 * turn, so dropping it is a matter of structure, not of the model's name or of tags in a text.
 * Turns without an answer (failed, stopped while thinking) are left out as a whole: a model that sees an
 * unanswered question answers that one.
 */
export function messagesFor(history: FinishedTurn[], userText: string): ChatMessage[] {
  const messages: ChatMessage[] = [];
  for (const turn of history) {
    if (turn.answer === '') continue;
    messages.push({ role: 'user', content: turn.userText }, { role: 'assistant', content: turn.answer });
  }
  messages.push({ role: 'user', content: userText });
  return messages;
}

/**
 * Drops the oldest turns until the prompt leaves room for an answer.
 * @param budget most prompt tokens
 * @param count prompt length in tokens of a message list
 * @returns the messages that fit and how many earlier turns are missing; the last message is always kept,
 *   also when it alone is too long (the engine then refuses it with both numbers in the sentence).
 */
export async function fitToContext(
  history: FinishedTurn[],
  userText: string,
  budget: number,
  count: (messages: ChatMessage[]) => Promise<number>,
): Promise<{ messages: ChatMessage[]; droppedTurns: number }> {
  const answered = history.filter((turn) => turn.answer !== '');
  const withDropped = (dropped: number) => messagesFor(answered.slice(dropped), userText);
  if ((await count(withDropped(0))) <= budget) return { messages: withDropped(0), droppedTurns: 0 };
  // Prompt length falls with every dropped turn, so the smallest number that fits is found by bisection.
  let low = 1;
  let high = answered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((await count(withDropped(middle))) <= budget) high = middle;
    else low = middle + 1;
  }
  const dropped = Math.min(low, answered.length);
  return { messages: withDropped(dropped), droppedTurns: dropped };
}

/** Room kept free for the answer: a third of the context, at most 2,048 tokens. */
export function answerReserve(contextTokens: number): number {
  return Math.min(2048, Math.floor(contextTokens / 3));
}

/** A title without asking the model: the first line of the first message, cut at a word. */
export function titleFrom(text: string): string {
  const line = text.trim().split(/\r?\n/, 1)[0]?.replace(/\s+/g, ' ') ?? '';
  if (line.length <= 60) return line || 'New chat';
  // A character of two halves, like an emoji, must not be cut in its middle.
  const cut = line.slice(0, 60).replace(/\p{Surrogate}$/u, '');
  const space = cut.lastIndexOf(' ');
  return `${cut.slice(0, space > 30 ? space : 60)}…`;
}
