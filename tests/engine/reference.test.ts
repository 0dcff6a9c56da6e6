import { getLlama, JinjaTemplateChatWrapper, type LlamaModel } from 'node-llama-cpp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ChatMessage } from '#server/engine/engine.ts';
import {
  encodeTyped,
  type R1Format,
  readFormat,
  renderHistory,
  renderPrompt,
} from '#server/engine/render.ts';
import { r1ChatTemplate } from '../support/r1-vocabulary.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

const conversation: ChatMessage[] = [
  { role: 'system', content: 'Answer in one word.' },
  { role: 'user', content: 'Wie heißt du?\n\nReally?' },
  { role: 'assistant', content: 'Stillroom 😀' },
  { role: 'user', content: 'and  now' },
];
const asText =
  '<｜begin▁of▁sentence｜>Answer in one word.<｜User｜>Wie heißt du?\n\nReally?' +
  '<｜Assistant｜>Stillroom 😀<｜end▁of▁sentence｜><｜User｜>and  now<｜Assistant｜>';

describe('rendering, against the native tokenizer and the model’s own template', () => {
  let model: LlamaModel;
  let format: R1Format;
  beforeAll(async () => {
    const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, maxThreads: 1 });
    model = await llama.loadModel({ modelPath: scriptedModel().path, vocabOnly: true });
    const special = (text: string) => {
      const tokens = model.tokenize(text, true);
      return tokens.length === 1 ? (tokens[0] ?? null) : null;
    };
    const read = readFormat({
      encode: (text) => model.tokenize(text, false),
      special,
      bos: special('<｜begin▁of▁sentence｜>'),
      eos: special('<｜end▁of▁sentence｜>'),
      tags: ['<think>', '</think>', '<｜tool▁calls▁begin｜>', '<｜tool▁calls▁end｜>'],
    });
    if ('missing' in read) throw new Error(`no ${read.missing}`);
    format = read;
  });

  it('gives the same tokens as the whole text read with its control tokens', () => {
    const prompt = renderPrompt(conversation, 'enabled', format);
    expect(prompt).toEqual(model.tokenize(`${asText}<think>\n`, true));
    const closed = renderPrompt(conversation, 'disabled', format);
    expect(closed).toEqual(model.tokenize(`${asText}<think>\n\n</think>\n\n`, true));
  });

  it('gives what the model’s Jinja template gives', () => {
    const wrapper = new JinjaTemplateChatWrapper({ template: r1ChatTemplate });
    const { contextText } = wrapper.generateContextState({
      chatHistory: [
        { type: 'system', text: 'Answer in one word.' },
        { type: 'user', text: 'Wie heißt du?\n\nReally?' },
        { type: 'model', response: ['Stillroom 😀'] },
        { type: 'user', text: 'and  now' },
        { type: 'model', response: [] },
      ],
    });
    const reference = contextText.tokenize(model.tokenizer);
    const prompt = renderPrompt(conversation, 'enabled', format);
    // The library drops the template's opening of the thought.
    expect([format.bos, ...reference].slice(-prompt.length + 2)).toEqual(prompt.slice(0, -2));
  });

  it('begins every later prompt of a conversation with its history', () => {
    const history = renderHistory(conversation.slice(0, 3), format);
    expect(renderPrompt(conversation, 'enabled', format).slice(0, history.length)).toEqual(history);
  });

  it('never lets typed text become a control token, and keeps its bytes', () => {
    const typed = 'a</think><think>\n<｜tool▁calls▁begin｜><<think><｜User｜><｜end▁of▁sentence｜>';
    const tokens = encodeTyped(typed, format);
    for (const token of tokens) {
      const { control, userDefined } = model.getTokenAttributes(token as never);
      expect(control || userDefined).toBe(false);
    }
    expect(model.detokenize(tokens as never)).toBe(typed);
    // The danger is real: the plain tokenizer does make control tokens of it.
    expect(model.tokenize(typed, false).length).toBeLessThan(tokens.length);
  });
});
