/** One question to an OpenAI-compatible server, and everything about its answer that can be seen from outside. */

export interface Server {
  /** Up to and including /v1. */
  baseUrl: string;
  model: string;
}

export interface Message {
  role: 'user' | 'assistant';
  content: string;
}

export interface Question {
  messages: Message[];
  maxTokens: number;
  seed: number;
  /** Who asks; servers that don't know the field ignore it. */
  user?: string;
}

/** An interval in which the server said, while the question waited, that it would begin. */
export interface Told {
  atMs: number;
  fromMs: number;
  untilMs: number;
}

export interface Whole {
  text: string;
  promptTokens: number;
  cachedTokens: number;
  newTokens: number;
}

/** All times are those of `performance.now()`. */
export interface Answer {
  readonly askedMs: number;
  /** When each piece of text arrived. */
  readonly arrivals: readonly number[];
  readonly told: readonly Told[];
  /** When the first frame came: the server has begun to work on it (llama-server sends it with the first text). */
  readonly started: Promise<number>;
  readonly first: Promise<number>;
  /** Resolves when so many pieces of text have come, or it is over. */
  pieces(count: number): Promise<void>;
  readonly isOver: boolean;
  /** Resolves at the end, rejects with `Refused` or an error of the server; after `hangUp` with what had come. */
  readonly whole: Promise<Whole>;
  /** Closes the connection. @returns when */
  hangUp(): number;
}

/** The server did not take the question on. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  constructor(status: number, text: string) {
    super(`${status}: ${text}`);
    this.status = status;
  }
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

export function ask(server: Server, question: Question): Answer {
  const closing = new AbortController();
  const started = Promise.withResolvers<number>();
  const first = Promise.withResolvers<number>();
  const arrivals: number[] = [];
  const told: Told[] = [];
  let waiters: { count: number; resolve: () => void }[] = [];
  let askedMs = performance.now();
  let isOver = false;
  const whole: Whole = { text: '', promptTokens: 0, cachedTokens: 0, newTokens: 0 };

  async function read(): Promise<Whole> {
    const response = await post(server, question, closing.signal, (atMs) => {
      askedMs = atMs;
    });
    if (!response.ok || response.body === null) throw new Refused(response.status, await response.text());
    for await (const line of lines(response.body)) {
      const atMs = performance.now();
      const interval = parseTold(line, atMs);
      if (interval !== null) told.push(interval);
      if (!line.startsWith('data: {')) continue;
      const chunk = JSON.parse(line.slice('data: '.length)) as StreamChunk;
      if (chunk.error !== undefined) throw new Error(chunk.error.message ?? 'the server reported an error');
      started.resolve(atMs);
      take(chunk, atMs);
    }
    whole.newTokens ||= arrivals.length;
    return whole;
  }

  function take(chunk: StreamChunk, atMs: number): void {
    if (chunk.usage != null) {
      whole.promptTokens = chunk.usage.prompt_tokens;
      whole.cachedTokens = chunk.usage.prompt_tokens_details?.cached_tokens ?? 0;
      whole.newTokens = chunk.usage.completion_tokens;
    }
    const delta = chunk.choices?.[0]?.delta;
    if (((delta?.content ?? '') + (delta?.reasoning_content ?? '')).length === 0) return;
    whole.text += delta?.content ?? '';
    arrivals.push(atMs);
    first.resolve(atMs);
    wake();
  }

  function wake(): void {
    const ready = waiters.filter(({ count }) => isOver || arrivals.length >= count);
    waiters = waiters.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve();
  }

  const end = read().then(
    (result) => {
      const nothing = new Error('the answer was empty');
      started.reject(nothing);
      first.reject(nothing);
      return result;
    },
    (error: unknown) => {
      started.reject(error);
      first.reject(error);
      if (closing.signal.aborted) return whole;
      throw error;
    },
  );
  const over = () => {
    isOver = true;
    wake();
  };
  // Whoever is not interested in one of these is not bothered by its failure; whoever awaits it still is.
  for (const promise of [started.promise, first.promise]) promise.catch(() => undefined);
  end.then(over, over);

  return {
    get askedMs() {
      return askedMs;
    },
    get isOver() {
      return isOver;
    },
    arrivals,
    told,
    started: started.promise,
    first: first.promise,
    pieces: (count) =>
      new Promise((resolve) => {
        waiters.push({ count, resolve });
        wake();
      }),
    whole: end,
    hangUp() {
      const atMs = performance.now();
      closing.abort();
      return atMs;
    },
  };
}

/** `: stillroom queue=3 eta=20-40s`: what Stillroom tells a waiting stream. */
export function parseTold(line: string, atMs: number): Told | null {
  const match = /^: stillroom queue=\d+ eta=(\d+)-(\d+)s$/.exec(line);
  if (match === null) return null;
  return { atMs, fromMs: atMs + Number(match[1]) * 1000, untilMs: atMs + Number(match[2]) * 1000 };
}

/** A server may close an idle connection in the very moment in which it is used again; then the request is sent anew. */
async function post(
  { baseUrl, model }: Server,
  { messages, maxTokens, seed, user }: Question,
  signal: AbortSignal,
  onSent: (atMs: number) => void,
): Promise<Response> {
  const body = JSON.stringify({
    model,
    messages,
    max_tokens: maxTokens,
    // Spread out: random weights would repeat one token for ever when greedy.
    temperature: 1,
    top_p: 0.95,
    top_k: 40,
    // Off in Stillroom and 0.05 in llama-server where it is not said.
    min_p: 0,
    seed,
    ...(user === undefined ? {} : { user }),
    stream: true,
    stream_options: { include_usage: true },
  });
  const headers = { 'content-type': 'application/json' };
  for (let attempt = 1; ; attempt++) {
    onSent(performance.now());
    try {
      return await fetch(`${baseUrl}/chat/completions`, { method: 'POST', headers, body, signal });
    } catch (error) {
      const cause = error instanceof Error ? error.cause : null;
      const closed = cause instanceof Error && 'code' in cause && cause.code === 'UND_ERR_SOCKET';
      if (!closed || attempt === 3) throw error;
    }
  }
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncIterable<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}
