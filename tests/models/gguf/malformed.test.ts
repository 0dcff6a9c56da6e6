import { describe, expect, it } from 'vitest';
import { GgufError, type GgufErrorCode } from '#models/gguf/error.ts';
import { readGgufBytes } from '#models/gguf/read.ts';
import { bufferSource } from '#models/gguf/source.ts';
import {
  buildGguf,
  bytesOf,
  f32,
  type GgufSpec,
  type TensorSpec,
  text,
  texts,
  u32,
  type Value,
} from '../../support/gguf-builder.ts';
import { tinyModel, tinyMoe } from '../../support/tiny-models.ts';

type Case = [what: string, code: GgufErrorCode, make: () => Buffer];

const huge = 2n ** 62n;
const raw = (...bytes: Buffer[]): Value => ({ type: 'raw', bytes: Buffer.concat(bytes) });

/** The tiny model with one thing changed. */
function changed(change: (spec: GgufSpec) => void, base = tinyModel()): () => Buffer {
  return () => {
    change(base);
    return buildGguf(base);
  };
}

function set(key: string, value: Value | null, base = tinyModel()): () => Buffer {
  return changed((spec) => {
    spec.metadata = spec.metadata.filter(([name]) => name !== key);
    if (value !== null) spec.metadata.push([key, value]);
  }, base);
}

function tensor(name: string, change: Partial<TensorSpec>): () => Buffer {
  return changed((spec) => {
    const found = spec.tensors.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`no tensor ${name} in the fixture`);
    Object.assign(found, change);
  });
}

const cut = (bytes: number) => () => buildGguf(tinyModel()).subarray(0, bytes);
const whole = buildGguf(tinyModel());

const cases: Case[] = [
  // The file itself
  ['an empty file', 'truncated', () => Buffer.alloc(0)],
  ['one byte', 'truncated', () => Buffer.from('G')],
  ['a header cut in its counts', 'truncated', cut(12)],
  ['a file cut in its metadata', 'truncated', cut(200)],
  ['a file cut in its tensor table', 'truncated', cut(1100)],
  ['a file cut in the middle of its weights', 'truncated', cut(whole.length - 4096)],
  ['a file without its last byte of weights', 'truncated', () => whole.subarray(0, whole.length - 33)],
  [
    'a header without weights',
    'truncated',
    changed((s) => (s.tensors = [{ name: 'w', shape: [1024], data: Buffer.alloc(0) }])),
  ],
  [
    'random bytes',
    'bad_magic',
    () => Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919 + 13) % 256)),
  ],
  [
    'a web page saved as a model',
    'bad_magic',
    () => Buffer.from('<!DOCTYPE html><html><body>Sign in</body></html>'),
  ],
  [
    'a Git LFS pointer',
    'bad_magic',
    () => Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'),
  ],
  ['a PyTorch archive', 'bad_magic', () => Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(64)])],
  [
    'a file of the format before GGUF',
    'bad_magic',
    () => Buffer.concat([Buffer.from('tjgg'), Buffer.alloc(64)]),
  ],
  ['version 0', 'bad_version', changed((s) => (s.version = 0))],
  ['version 1', 'bad_version', changed((s) => (s.version = 1))],
  ['a version from the future', 'bad_version', changed((s) => (s.version = 4))],
  ['a big-endian file', 'bad_version', changed((s) => (s.version = 0x03000000))],
  // Counts
  ['2^62 tensors', 'bad_count', changed((s) => (s.tensorCount = huge))],
  ['2^64-1 tensors', 'bad_count', changed((s) => (s.tensorCount = -1n))],
  ['2^63 metadata entries', 'bad_count', changed((s) => (s.entryCount = 2n ** 63n))],
  [
    'one metadata entry too many',
    'bad_key',
    changed((s) => (s.entryCount = BigInt(s.metadata.length + 1)), {
      ...tinyModel(),
      tensors: [{ name: '', shape: [1] }],
    }),
  ],
  [
    'more tensors announced than described',
    'bad_tensor',
    // What follows are zeros: a tensor without a name.
    () =>
      Buffer.concat([
        changed((s) => (s.tensorCount = 40n), { ...tinyModel(), tensors: [] })(),
        Buffer.alloc(64),
      ]),
  ],
  // Keys and values
  [
    'a key longer than the file',
    'truncated',
    () => Buffer.concat([whole.subarray(0, 24), bytesOf.u64(huge), Buffer.alloc(64)]),
  ],
  ['a key of 100 kB', 'too_large', changed((s) => s.metadata.push(['k'.repeat(100_000), u32(1)]))],
  ['an empty key', 'bad_key', changed((s) => s.metadata.unshift(['', u32(1)]))],
  ['a key that appears twice', 'duplicate', changed((s) => s.metadata.push(['general.name', text('again')]))],
  ['an unknown value type', 'bad_value', changed((s) => s.metadata.push(['x', raw(bytesOf.u32(99))]))],
  [
    'a negative value type',
    'bad_value',
    changed((s) => s.metadata.push(['x', raw(bytesOf.u32(0xffffffff))])),
  ],
  [
    'a text that ends behind the file',
    'truncated',
    changed((s) => s.metadata.push(['x', raw(bytesOf.u32(8), bytesOf.u64(1n << 40n))])),
  ],
  [
    'a text whose length overflows 64 bits',
    'truncated',
    changed((s) => s.metadata.push(['x', raw(bytesOf.u32(8), bytesOf.u64(-1n))])),
  ],
  ['a text of 2 MB', 'too_large', changed((s) => s.metadata.push(['x', text('a'.repeat(2_000_000))]))],
  [
    'many texts of almost 1 MB',
    'too_large',
    changed((s) => {
      for (let i = 0; i < 10; i++) s.metadata.push([`x${i}`, text('a'.repeat(1_000_000))]);
    }),
  ],
  [
    'a truth value of 7',
    'bad_value',
    changed((s) => s.metadata.push(['x', raw(bytesOf.u32(7), Buffer.from([7]))])),
  ],
  [
    'an array of arrays',
    'bad_array',
    changed((s) => s.metadata.push(['x', raw(bytesOf.u32(9), bytesOf.u32(9), bytesOf.u64(1))])),
  ],
  [
    'an array of an unknown type',
    'bad_value',
    changed((s) => s.metadata.push(['x', raw(bytesOf.u32(9), bytesOf.u32(77), bytesOf.u64(1))])),
  ],
  [
    'an array of 2^62 numbers',
    'bad_count',
    changed((s) => s.metadata.push(['x', raw(bytesOf.u32(9), bytesOf.u32(4), bytesOf.u64(huge))])),
  ],
  [
    'an array of 4 million numbers in a small file',
    'truncated',
    changed((s) => s.metadata.push(['x', raw(bytesOf.u32(9), bytesOf.u32(10), bytesOf.u64(4_000_000))])),
  ],
  [
    'an array of 4 million texts in a small file',
    'truncated',
    changed((s) => s.metadata.push(['x', raw(bytesOf.u32(9), bytesOf.u32(8), bytesOf.u64(4_000_000))])),
  ],
  [
    'an array whose last text is too long',
    'truncated',
    changed((s) =>
      s.metadata.push([
        'x',
        raw(bytesOf.u32(9), bytesOf.u32(8), bytesOf.u64(2), bytesOf.string('a'), bytesOf.u64(huge)),
      ]),
    ),
  ],
  [
    'a key that begins with a zero byte (aborts the loader)',
    'bad_key',
    changed((s) => s.metadata.push(['\0x', u32(1)])),
  ],
  ['a tensor name with a zero byte', 'bad_tensor', tensor('output_norm.weight', { name: 'output\0' })],
  // Alignment
  ['alignment 0', 'bad_alignment', set('general.alignment', u32(0))],
  ['alignment 48', 'bad_alignment', set('general.alignment', u32(48))],
  ['alignment 2^31', 'bad_alignment', set('general.alignment', u32(2 ** 31))],
  ['alignment as text', 'bad_alignment', set('general.alignment', text('32'))],
  ['alignment in another type', 'bad_alignment', set('general.alignment', { type: 'u64', value: 32 })],
  // Tensors
  ['a tensor without a name', 'bad_tensor', tensor('output_norm.weight', { name: '' })],
  ['a tensor name of 64 bytes', 'too_large', tensor('output_norm.weight', { name: 'n'.repeat(64) })],
  [
    'two tensors of one name',
    'duplicate',
    changed((s) => s.tensors.push({ name: 'output_norm.weight', shape: [16] })),
  ],
  ['a tensor without dimensions', 'bad_tensor', tensor('output_norm.weight', { shape: [] })],
  ['a tensor of five dimensions', 'bad_tensor', tensor('output_norm.weight', { shape: [1, 1, 1, 1, 16] })],
  ['a tensor with an empty dimension', 'bad_tensor', tensor('output_norm.weight', { shape: [0] })],
  ['a tensor with a negative dimension', 'bad_count', tensor('output_norm.weight', { shape: [-16n] })],
  [
    'a tensor whose size overflows 64 bits (CVE-2026-27940)',
    'bad_tensor',
    tensor('token_embd.weight', { shape: [2n ** 33n, 2n ** 33n] }),
  ],
  [
    'a tensor whose bytes overflow although its elements do not',
    'bad_tensor',
    tensor('token_embd.weight', { shape: [2n ** 52n] }),
  ],
  ['a tensor of an unknown type', 'bad_tensor', tensor('token_embd.weight', { type: 43 })],
  ['a tensor of a negative type', 'bad_tensor', tensor('token_embd.weight', { type: 0xffffffff })],
  ['a tensor of a type with block size 0', 'bad_tensor', tensor('token_embd.weight', { type: 4 })],
  ['a tensor of a type that loaders dropped', 'bad_tensor', tensor('token_embd.weight', { type: 31 })],
  ['a row that is not a whole number of blocks', 'bad_tensor', tensor('token_embd.weight', { type: 12 })],
  ['weights of integers', 'bad_tensor', tensor('token_embd.weight', { type: 26 })],
  [
    'a tensor that begins behind the file (CVE-2026-7482)',
    'bad_offset',
    tensor('output_norm.weight', { offset: 1n << 40n }),
  ],
  [
    'a tensor larger than the file (CVE-2026-7482)',
    'truncated',
    changed((s) => s.tensors.push({ name: 'extra.weight', shape: [1_000_000_000], data: Buffer.alloc(0) })),
  ],
  ['a tensor that overlaps another', 'bad_offset', tensor('output_norm.weight', { offset: 32n })],
  ['a tensor behind a gap', 'bad_offset', tensor('output_norm.weight', { offset: 4096n })],
  ['a tensor that is not aligned', 'bad_offset', tensor('output_norm.weight', { offset: 1025n })],
  ['a tensor whose offset wraps around', 'bad_count', tensor('output_norm.weight', { offset: -32n })],
  // Architecture
  ['no architecture', 'bad_architecture', set('general.architecture', null)],
  ['an architecture of another kind', 'unsupported_architecture', set('general.architecture', text('bert'))],
  [
    'an architecture name of control characters',
    'unsupported_architecture',
    set('general.architecture', text('\u001b[2J\u0007')),
  ],
  ['a LoRA adapter', 'unsupported_architecture', set('general.type', text('adapter'))],
  ['no heads (aborts the loader)', 'bad_architecture', set('qwen2.attention.head_count', u32(0))],
  ['9999 layers (aborts the loader)', 'bad_architecture', set('qwen2.block_count', u32(9999))],
  ['no layers', 'bad_architecture', set('qwen2.block_count', u32(0))],
  ['a missing number', 'bad_architecture', set('qwen2.embedding_length', null)],
  ['a number in the wrong type', 'bad_architecture', set('qwen2.block_count', f32(2))],
  ['a head count that does not divide', 'bad_architecture', set('qwen2.attention.head_count_kv', u32(3))],
  ['no key-value heads', 'bad_architecture', set('qwen2.attention.head_count_kv', u32(0))],
  ['heads that do not make up the width', 'bad_architecture', set('qwen2.attention.head_count', u32(6))],
  [
    'a rotation of another size than the heads',
    'bad_architecture',
    set('qwen2.rope.dimension_count', u32(2)),
  ],
  [
    'an unknown rotation scaling (aborts the loader)',
    'bad_architecture',
    set('qwen2.rope.scaling.type', text('spiral')),
  ],
  ['a rotation base that is not a number', 'bad_architecture', set('qwen2.rope.freq_base', f32(Number.NaN))],
  ['a context of 2^32-1 tokens', 'bad_architecture', set('qwen2.context_length', u32(0xffffffff))],
  [
    '2000 experts (aborts the loader)',
    'bad_architecture',
    set('deepseek2.expert_count', u32(2000), tinyMoe()),
  ],
  [
    'more experts used than there are (aborts the loader)',
    'bad_architecture',
    set('deepseek2.expert_used_count', u32(5), tinyMoe()),
  ],
  [
    'expert groups that do not divide (aborts the loader)',
    'bad_architecture',
    set('deepseek2.expert_group_count', u32(3), tinyMoe()),
  ],
  [
    'a way of choosing experts that nobody knows (aborts the engine)',
    'bad_architecture',
    set('deepseek2.expert_gating_func', u32(99), tinyMoe()),
  ],
  [
    'latent keys shorter than their rotated part (aborts the loader)',
    'bad_architecture',
    set('deepseek2.attention.key_length_mla', u32(2), tinyMoe()),
  ],
  [
    'a latent model with only half of its sizes',
    'bad_architecture',
    set('deepseek2.attention.value_length_mla', null, tinyMoe()),
  ],
  ['a layer less than announced', 'missing_tensor', set('qwen2.block_count', u32(3))],
  ['a matrix of another shape than announced', 'bad_tensor', set('qwen2.feed_forward_length', u32(32))],
  [
    'no shared expert (aborts the loader)',
    'bad_architecture',
    set('deepseek2.expert_shared_count', u32(0), tinyMoe()),
  ],
  [
    'latent attention with more than one row per token (aborts the loader)',
    'bad_architecture',
    set('deepseek2.attention.head_count_kv', u32(2), tinyMoe()),
  ],
  [
    'latent keys of another length than rank and rotation (aborts the loader)',
    'bad_architecture',
    set('deepseek2.attention.key_length', u32(12), tinyMoe()),
  ],
  // Vocabulary
  ['no vocabulary', 'bad_tokenizer', set('tokenizer.ggml.tokens', null)],
  ['an unknown tokenizer', 'bad_tokenizer', set('tokenizer.ggml.model', text('magic'))],
  [
    'a vocabulary of numbers',
    'bad_tokenizer',
    set('tokenizer.ggml.tokens', { type: 'array', of: 'u32', values: [1, 2] }),
  ],
  ['no merge rules', 'bad_tokenizer', set('tokenizer.ggml.merges', null)],
  [
    'two equal tokens (aborts the loader)',
    'bad_tokenizer',
    set('tokenizer.ggml.tokens', texts(['a', 'a', ...Array.from({ length: 14 }, (_, i) => `t${i}`)])),
  ],
  [
    'token types shorter than the vocabulary',
    'bad_tokenizer',
    set('tokenizer.ggml.token_type', { type: 'array', of: 'i32', values: [1] }),
  ],
  [
    'a beginning token outside the vocabulary',
    'bad_tokenizer',
    set('tokenizer.ggml.bos_token_id', u32(151646)),
  ],
  [
    'a vocabulary of another size than its weights',
    'bad_tensor',
    changed((s) => {
      s.metadata = s.metadata.filter(([k]) => !/tokens|token_type/.test(k));
      s.metadata.push(['tokenizer.ggml.tokens', texts(['a', 'b'])]);
    }),
  ],
  [
    'a vocabulary of a million tokens',
    'too_large',
    set('tokenizer.ggml.tokens', texts(Array.from({ length: 1_000_000 }, (_, i) => i.toString(36)))),
  ],
  [
    'four million empty texts',
    'missing_tensor',
    changed((s) => {
      const count = 4_000_000;
      s.metadata.push([
        'x',
        raw(bytesOf.u32(9), bytesOf.u32(8), bytesOf.u64(count), Buffer.alloc(count * 8)),
      ]);
      s.tensors = [];
    }),
  ],
  [
    'a header of 70 MB',
    'too_large',
    changed((s) => {
      const count = 4_000_000;
      for (const key of ['x', 'y', 'z']) {
        s.metadata.push([
          key,
          raw(bytesOf.u32(9), bytesOf.u32(10), bytesOf.u64(count), Buffer.alloc(count * 8)),
        ]);
      }
    }),
  ],
  // Parts
  [
    'a part of a split model alone',
    'bad_parts',
    changed((s) =>
      s.metadata.push(['split.no', { type: 'u16', value: 0 }], ['split.count', { type: 'u16', value: 3 }]),
    ),
  ],
];

describe('a malformed GGUF file is refused with its reason', () => {
  it('in at least sixty ways', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
    expect(new Set(cases.map(([what]) => what)).size).toBe(cases.length);
  });

  it.each(cases)('%s', (_what, code, make) => {
    const bytes = make();
    const before = process.memoryUsage();
    const started = process.cpuUsage();
    const error = refusal(bytes);
    // Processor time: how long others kept the machine busy says nothing about the reader.
    const { user, system } = process.cpuUsage(started);
    const milliseconds = (user + system) / 1000;
    const after = process.memoryUsage();
    expect(error.code).toBe(code);
    expect(error.message, 'says what to do').toMatch(
      /Download|Get |copy|refused|accepted|served|Give|needed|Fetch|known model|besides/,
    );
    // Control characters of a hostile name must not reach a terminal.
    expect([...error.message].every((character) => character >= ' ')).toBe(true);
    expect(milliseconds).toBeLessThan(1000);
    expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(
      64 * 1024 * 1024,
    );
  });
});

function refusal(bytes: Buffer): GgufError {
  try {
    readGgufBytes(bufferSource(bytes));
  } catch (error) {
    if (error instanceof GgufError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}
