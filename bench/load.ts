/** A load generator for any OpenAI-compatible server: several users at once, each with a conversation of one or more turns. */
import { quantile, sum } from './numbers.ts';

export interface LoadOptions {
  /** Up to and including /v1. */
  baseUrl: string;
  model: string;
  users: number;
  turns: number;
  /** Characters of each user's message; with the synthetic vocabulary one token each. */
  promptCharacters: number;
  /** Most new tokens per turn. */
  newTokens: number;
  /** Distinguishes the texts of this run from those of all others, so that nothing is cached from before. */
  salt: string;
  /** How many of the users start at once; the others follow as these finish. Default: all. */
  parallel?: number;
}

export interface TurnResult {
  user: number;
  turn: number;
  promptTokens: number;
  cachedTokens: number;
  newTokens: number;
  startMs: number;
  firstMs: number;
  lastMs: number;
  /** Milliseconds between consecutive pieces of text. */
  gapsMs: number[];
}

export interface LoadResult {
  turns: TurnResult[];
  wallMs: number;
}

interface Message {
  role: 'user' | 'assistant';
  content: string;
}

interface StreamChunk {
  choices?: { delta?: { content?: string | null; reasoning_content?: string | null } }[];
  usage?: {
    prompt_tokens: number;
    completion_tokens: number;
    prompt_tokens_details?: { cached_tokens?: number };
  } | null;
  error?: { message?: string };
}

/** Runs all users and resolves when the last one has its last answer. Throws on the first error of the server. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const began = performance.now();
  const turns: TurnResult[] = [];
  const conversations = Array.from({ length: options.users }, (): Message[] => []);
  for (let turn = 0; turn < options.turns; turn++) {
    const waiting = conversations.map((messages, user) => ({ messages, user }));
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { messages, user } = next;
        messages.push({ role: 'user', content: prompt(options, user, turn) });
        const { result, answer } = await ask(options, messages, user, turn);
        turns.push(result);
        messages.push({ role: 'assistant', content: answer });
      }
    };
    await Promise.all(Array.from({ length: options.parallel ?? options.users }, worker));
  }
  return { turns, wallMs: performance.now() - began };
}

function prompt({ salt, promptCharacters }: LoadOptions, user: number, turn: number): string {
  const text = `${salt} user ${user} turn ${turn} asks: `;
  return (
    text + 'how now brown cow '.repeat(promptCharacters).slice(0, Math.max(0, promptCharacters - text.length))
  );
}

async function ask(
  options: LoadOptions,
  messages: Message[],
  user: number,
  turn: number,
): Promise<{ result: TurnResult; answer: string }> {
  const { startMs, response } = await post(`${options.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: options.model,
      messages,
      max_tokens: options.newTokens,
      // Spread out: random weights would repeat one token for ever when greedy.
      temperature: 1,
      top_p: 0.95,
      top_k: 40,
      seed: 1000 * turn + user,
      stream: true,
      stream_options: { include_usage: true },
    }),
  });
  if (!response.ok || response.body === null) throw new Error(`${response.status}: ${await response.text()}`);
  const arrivals: number[] = [];
  let answer = '';
  let usage: StreamChunk['usage'] = null;
  for await (const chunk of chunks(response.body)) {
    if (chunk.error !== undefined) throw new Error(chunk.error.message ?? 'the server reported an error');
    usage = chunk.usage ?? usage;
    const delta = chunk.choices?.[0]?.delta;
    const text = (delta?.content ?? '') + (delta?.reasoning_content ?? '');
    if (text === '') continue;
    answer += delta?.content ?? '';
    arrivals.push(performance.now());
  }
  const firstMs = arrivals[0] ?? performance.now();
  const result: TurnResult = {
    user,
    turn,
    promptTokens: usage?.prompt_tokens ?? 0,
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? 0,
    newTokens: usage?.completion_tokens ?? arrivals.length,
    startMs,
    firstMs,
    lastMs: arrivals.at(-1) ?? firstMs,
    gapsMs: arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? at)),
  };
  return { result, answer };
}

/** A server may close an idle connection in the very moment in which it is used again; then the request is sent anew. */
async function post(url: string, init: RequestInit): Promise<{ startMs: number; response: Response }> {
  for (let attempt = 1; ; attempt++) {
    const startMs = performance.now();
    try {
      return { startMs, response: await fetch(url, init) };
    } catch (error) {
      const cause = error instanceof Error ? error.cause : null;
      const closed = cause instanceof Error && 'code' in cause && cause.code === 'UND_ERR_SOCKET';
      if (!closed || attempt === 3) throw error;
    }
  }
}

async function* chunks(body: ReadableStream<Uint8Array>): AsyncIterable<StreamChunk> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data: {')) yield JSON.parse(line.slice('data: '.length)) as StreamChunk;
    }
  }
}

export interface Summary {
  /** All new tokens over the whole time, prompts included. */
  tokensPerSecond: number;
  /** While answers were written: the users' own speeds, added up. */
  decodePerSecond: number;
  ttftMs: number;
  gapP50Ms: number;
  gapP95Ms: number;
  gapMaxMs: number;
}

export function summarize({ turns, wallMs }: LoadResult): Summary {
  const gaps = turns.flatMap((turn) => turn.gapsMs);
  const speeds = turns.map((turn) => ((turn.newTokens - 1) * 1000) / Math.max(1, turn.lastMs - turn.firstMs));
  const perRound = turns.length / new Set(turns.map((turn) => turn.turn)).size;
  return {
    tokensPerSecond: (sum(turns.map((turn) => turn.newTokens)) * 1000) / wallMs,
    decodePerSecond: (sum(speeds) / turns.length) * perRound,
    ttftMs: quantile(
      turns.map((turn) => turn.firstMs - turn.startMs),
      0.5,
    ),
    gapP50Ms: quantile(gaps, 0.5),
    gapP95Ms: quantile(gaps, 0.95),
    gapMaxMs: Math.max(0, ...gaps),
  };
}
