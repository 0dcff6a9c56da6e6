/** A byte-level BPE vocabulary with the special tokens and the chat template of the DeepSeek-R1 distills. */

/** GGUF token types. The converter of the real distills marks `<think>` user-defined: typed by a person it would become the real token. */
const tokenType = { normal: 1, control: 3, userDefined: 4 } as const;

export const special = {
  eos: '<｜end▁of▁sentence｜>',
  bos: '<｜begin▁of▁sentence｜>',
  user: '<｜User｜>',
  assistant: '<｜Assistant｜>',
  thinkOpen: '<think>',
  thinkClose: '</think>',
  toolCallsBegin: '<｜tool▁calls▁begin｜>',
  toolCallsEnd: '<｜tool▁calls▁end｜>',
} as const;

const userDefined: readonly string[] = [
  special.thinkOpen,
  special.thinkClose,
  special.toolCallsBegin,
  special.toolCallsEnd,
];

/** Byte → the printable character that stands for it in GPT-2 style vocabularies. */
function byteCharacter(byte: number): string {
  const printable =
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  if (printable) return String.fromCodePoint(byte);
  let index = 0;
  for (let other = 0; other < byte; other++) {
    const shown = (other >= 0x21 && other <= 0x7e) || (other >= 0xa1 && other <= 0xac) || other >= 0xae;
    if (!shown) index++;
  }
  return String.fromCodePoint(256 + index);
}

/** Text as the vocabulary spells it (a blank becomes `Ġ`, a newline `Ċ`). */
function vocabularySpelling(text: string): string {
  return [...Buffer.from(text, 'utf8')].map(byteCharacter).join('');
}

export interface Vocabulary {
  tokens: string[];
  types: number[];
  merges: string[];
  /** Token id by text; bytes are `byte:NN`. */
  id: (text: string) => number;
  byte: (byte: number) => number;
}

/** 256 byte tokens, `\n\n`, the given words (never produced by the tokenizer, only by the model), then the special tokens. */
export function r1Vocabulary(words: readonly string[]): Vocabulary {
  const newline = byteCharacter(0x0a);
  const tokens = Array.from({ length: 256 }, (_, byte) => byteCharacter(byte));
  tokens.push(newline + newline);
  for (const word of words) tokens.push(vocabularySpelling(word));
  const normalCount = tokens.length;
  tokens.push(...Object.values(special));
  const types = tokens.map((token, id) => {
    if (id < normalCount) return tokenType.normal;
    return userDefined.includes(token) ? tokenType.userDefined : tokenType.control;
  });
  const idByToken = new Map(tokens.map((token, id) => [token, id]));
  const lookUp = (token: string): number => {
    const id = idByToken.get(token);
    if (id === undefined) throw new Error(`no token ${token}`);
    return id;
  };
  return {
    tokens,
    types,
    merges: [`${newline} ${newline}`],
    id: (token) => lookUp(idByToken.has(token) ? token : vocabularySpelling(token)),
    byte: (byte) => lookUp(byteCharacter(byte)),
  };
}

/** The public chat template of the R1 distills, unchanged in meaning, tools left out. */
export const r1ChatTemplate =
  "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}{% set ns = namespace(system_prompt='') %}" +
  "{%- for message in messages %}{%- if message['role'] == 'system' %}{% set ns.system_prompt = message['content'] %}{%- endif %}{%- endfor %}" +
  '{{bos_token}}{{ns.system_prompt}}' +
  "{%- for message in messages %}{%- if message['role'] == 'user' %}{{'<｜User｜>' + message['content']}}{%- endif %}" +
  "{%- if message['role'] == 'assistant' %}{% set content = message['content'] %}{% if '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}" +
  "{{'<｜Assistant｜>' + content + '<｜end▁of▁sentence｜>'}}{%- endif %}{%- endfor %}" +
  "{% if add_generation_prompt %}{{'<｜Assistant｜><think>\\n'}}{% endif %}";
