import { damaged, quote } from './error.ts';
import type { Metadata } from './metadata.ts';

/** The number of tokens; arrays that go with the vocabulary must be as long as it is. */
export function readVocabulary(metadata: Metadata): number {
  const model = metadata.string('tokenizer.ggml.model');
  if (model !== 'gpt2' && model !== 'llama') {
    throw damaged(
      'bad_tokenizer',
      `tokenizer.ggml.model is ${model === null ? 'missing' : quote(model)}, expected "gpt2" or "llama"`,
    );
  }
  const tokens = metadata.array('tokenizer.ggml.tokens');
  if (tokens === null || tokens.elementType !== 'string' || tokens.length === 0) {
    throw damaged('bad_tokenizer', 'it has no vocabulary (tokenizer.ggml.tokens)');
  }
  const merges = metadata.array('tokenizer.ggml.merges');
  if (model === 'gpt2' && merges?.elementType !== 'string') {
    throw damaged('bad_tokenizer', 'it has no merge rules (tokenizer.ggml.merges)');
  }
  checkParallel(metadata, 'tokenizer.ggml.token_type', ['i32'], tokens.length);
  checkParallel(metadata, 'tokenizer.ggml.scores', ['f32', 'i32'], tokens.length);
  for (const name of ['bos', 'eos', 'padding', 'unknown', 'eot', 'eom', 'seperator']) {
    const key = `tokenizer.ggml.${name}_token_id`;
    if (metadata.typeOf(key) === null) continue;
    const id = metadata.integer(key);
    if (metadata.typeOf(key) !== 'u32' || id === null || id >= tokens.length) {
      throw damaged('bad_tokenizer', `${key} is ${id}, outside the ${tokens.length} tokens`);
    }
  }
  return tokens.length;
}

function checkParallel(metadata: Metadata, key: string, types: readonly string[], length: number): void {
  if (metadata.typeOf(key) === null) return;
  const array = metadata.array(key);
  if (array === null || !types.includes(array.elementType) || array.length !== length) {
    throw damaged('bad_tokenizer', `${key} does not have one ${types[0]} for each of the ${length} tokens`);
  }
}
