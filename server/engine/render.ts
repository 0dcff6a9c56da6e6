/**
 * The chat template of the DeepSeek-R1 family as token ids:
 *   bos system <｜User｜>question<｜Assistant｜>answer eos … <｜User｜>question<｜Assistant｜><think>\n
 * Rendering to ids and not to a string is what keeps a person's `<think>` text: only the renderer writes control tokens.
 */
import type { ChatMessage, Thinking } from './engine.ts';

export interface Tokenizer {
  /** Text → ids. May still produce user-defined tokens such as `<think>`: that is what `encodeTyped` prevents. */
  encode: (text: string) => number[];
  /** Id of a control or user-defined token, null when the vocabulary lacks it or needs several tokens for it. */
  special: (text: string) => number | null;
  bos: number | null;
  eos: number | null;
  /** Texts that `encode` would turn into one user-defined token each, e.g. `</think>`. */
  tags: readonly string[];
}

export interface R1Format {
  encode: (text: string) => number[];
  tags: readonly string[];
  bos: number;
  eos: number;
  user: number;
  assistant: number;
  thinkOpen: number;
  thinkClose: number;
  newline: number[];
  blankLine: number[];
  /** The operator's words that every conversation begins with; what a client calls its system message follows them. */
  instructions: number[];
}

/** Null when the vocabulary is not of the R1 format; `missing` names the first token that is not there. */
export function readFormat(tokenizer: Tokenizer, instructions = ''): R1Format | { missing: string } {
  const special = (text: string): number => tokenizer.special(text) ?? -1;
  const format: R1Format = {
    encode: tokenizer.encode,
    tags: tokenizer.tags,
    bos: tokenizer.bos ?? -1,
    eos: tokenizer.eos ?? -1,
    user: special('<｜User｜>'),
    assistant: special('<｜Assistant｜>'),
    thinkOpen: special('<think>'),
    thinkClose: special('</think>'),
    newline: tokenizer.encode('\n'),
    blankLine: tokenizer.encode('\n\n'),
    instructions: encodeTyped(instructions, tokenizer),
  };
  const needed: [string, number][] = [
    ['<｜begin▁of▁sentence｜>', format.bos],
    ['<｜end▁of▁sentence｜>', format.eos],
    ['<｜User｜>', format.user],
    ['<｜Assistant｜>', format.assistant],
    ['<think>', format.thinkOpen],
    ['</think>', format.thinkClose],
  ];
  const missing = needed.find(([, id]) => id < 0);
  return missing === undefined ? format : { missing: missing[0] };
}

/**
 * What a person or client wrote, as ids that contain no control token. A tag is cut after its first character and the two
 * parts are tokenized apart: the model sees exactly the same bytes, but they stay text.
 */
export function encodeTyped(text: string, format: Pick<R1Format, 'encode' | 'tags'>): number[] {
  const pieces: string[] = [];
  let start = 0;
  for (let i = text.indexOf('<'); i !== -1; i = text.indexOf('<', i + 1)) {
    if (!format.tags.some((tag) => text.startsWith(tag, i))) continue;
    pieces.push(text.slice(start, i + 1));
    start = i + 1;
  }
  pieces.push(text.slice(start));
  return pieces.flatMap(cutRuns).flatMap((piece) => (piece === '' ? [] : format.encode(piece)));
}

/** More characters in a row, of whitespace or of anything else, are no text that anybody writes. */
const longestRun = 8192;

/**
 * For some vocabularies (deepseek-llm, deepseek-v3) the native library splits text with expressions that go one call deeper
 * for every character of a run: 200,000 letters overflowed its stack, which ended the process (llama.cpp issue 26965).
 */
function cutRuns(text: string): string[] {
  if (text.length <= longestRun) return [text];
  const pieces: string[] = [];
  let [start, run, wasBlank] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const isBlank = /\s/.test(text.charAt(at));
    run = isBlank === wasBlank ? run + 1 : 1;
    wasBlank = isBlank;
    // Never between the two halves of a character.
    if (run <= longestRun || /[\udc00-\udfff]/.test(text.charAt(at))) continue;
    pieces.push(text.slice(start, at));
    [start, run] = [at, 1];
  }
  return [...pieces, text.slice(start)];
}

/** What every prompt begins with, whoever asks. */
export function renderShared(format: Pick<R1Format, 'bos' | 'instructions'>): number[] {
  return [format.bos, ...format.instructions];
}

/** The conversation without a generation prompt; the exact prefix of every later prompt of the same conversation. */
export function renderHistory(messages: readonly ChatMessage[], format: R1Format): number[] {
  const system = messages.filter((message) => message.role === 'system').map((message) => message.content);
  if (format.instructions.length > 0 && system.length > 0) system.unshift('');
  const parts = [renderShared(format), encodeTyped(system.join('\n\n'), format)];
  for (const message of messages) {
    if (message.role === 'user') parts.push([format.user], encodeTyped(message.content, format));
    if (message.role === 'assistant') {
      parts.push([format.assistant], encodeTyped(message.content, format), [format.eos]);
    }
  }
  // Not by spreading into a call: a long text has more tokens than a call may have arguments.
  return parts.flat();
}

/** More characters than this per token is no text anybody writes. */
const mostCharactersPerToken = 32;

/**
 * Tokens that the messages have at least, when that alone is too much for the context; null when they must be counted.
 * Tokenizing blocks everybody's answers (about half a second per megabyte), so what can't fit is not tokenized.
 */
export function certainlyTooLong(messages: readonly ChatMessage[], contextTokens: number): number | null {
  const characters = messages.reduce((sum, message) => sum + message.content.length, 0);
  const least = Math.ceil(characters / mostCharactersPerToken);
  return least >= contextTokens ? least : null;
}

/** The whole prompt. `disabled` closes an empty thought, so that the model answers at once. */
export function renderPrompt(
  messages: readonly ChatMessage[],
  thinking: Thinking['mode'],
  format: R1Format,
): number[] {
  const open = [format.assistant, format.thinkOpen];
  const thought =
    thinking === 'enabled' ? format.newline : [...format.blankLine, format.thinkClose, ...format.blankLine];
  return [...renderHistory(messages, format), ...open, ...thought];
}
