/** Asks the demo model through the product's own engine: greedy, no hidden sampling, one reply per item. */
import type { ChatMessage, Engine, GenerateRequest, Thinking } from '#server/engine/engine.ts';
import { type Item, isRight, type Reply } from './items.ts';

let asked = 0;

function request(item: Item, mode: Thinking['mode']): GenerateRequest {
  return {
    id: `eval-${++asked}`,
    owner: 'evaluation',
    conversation: null,
    messages: item.messages.map(
      (content, i): ChatMessage => ({ role: i % 2 === 0 ? 'user' : 'assistant', content }),
    ),
    sampling: { temperature: 0, topP: 1, topK: 0, minP: 0, seed: 1, frequencyPenalty: 0, presencePenalty: 0 },
    guess: false,
    thinking: { mode, budgetTokens: null },
    maxTokens: null,
    stop: [],
    paceTokensPerSecond: null,
  };
}

function ask(engine: Engine, item: Item, mode: Thinking['mode']): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const reply: Reply = { answer: '', reasoning: '', closed: false, finish: '', tokens: 0 };
    engine.generate(request(item, mode), (event) => {
      if (event.type === 'delta') reply[event.kind === 'text' ? 'answer' : 'reasoning'] += event.text;
      else if (event.type === 'reasoningEnd') reply.closed = event.forced === null;
      else if (event.type === 'error') reject(new Error(`${event.code}: ${event.message}`));
      else if (event.type === 'done') {
        reply.finish = event.finish;
        reply.tokens = event.usage.completionTokens;
        resolve(reply);
      }
    });
  });
}

/** Keeps `slots` questions in flight until all items are answered. */
export async function askAll(
  engine: Engine,
  items: Item[],
  options: { slots: number; mode?: Thinking['mode'] },
): Promise<{ item: Item; reply: Reply; right: boolean }[]> {
  const results: { item: Item; reply: Reply; right: boolean }[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      const item = items[index] as Item;
      const reply = await ask(engine, item, options.mode ?? 'enabled');
      results[index] = { item, reply, right: isRight(item, reply, options.mode !== 'disabled') };
    }
  };
  await Promise.all(Array.from({ length: options.slots }, worker));
  return results;
}
