import { describe, expect, it } from 'vitest';
import { describeGguf, modelId } from '#models/card.ts';
import { catalogue } from '#models/catalogue.ts';
import type { GgufFile } from '#models/gguf/read.ts';
import { readGgufBytes } from '#models/gguf/read.ts';
import { bufferSource } from '#models/gguf/source.ts';
import { templateFacts } from '#models/templates.ts';
import { buildGguf, text } from '../support/gguf-builder.ts';
import { r1ChatTemplate } from '../support/r1-vocabulary.ts';
import { tinyModel } from '../support/tiny-models.ts';

/** A sound file with the given names; `like` gives it the shape of a catalogue model without its gigabytes. */
function model(names: { file: string; name: string }, like?: string): GgufFile {
  const spec = tinyModel();
  spec.metadata = spec.metadata.filter(
    ([key]) => key !== 'general.name' && key !== 'tokenizer.chat_template',
  );
  spec.metadata.push(['general.name', text(names.name)], ['tokenizer.chat_template', text(r1ChatTemplate)]);
  const read = readGgufBytes(bufferSource(buildGguf(spec)), names.file);
  const entry = catalogue.find((candidate) => candidate.name === like);
  if (entry === undefined) return read;
  const { mla: _, ...shape } = entry.shape;
  return {
    ...read,
    shape: { ...read.shape, ...shape },
    parameters: entry.parameters,
    quantization: 'Q4_K_M',
  };
}

const seven = { file: 'DeepSeek-R1-Distill-Qwen-7B-Q4_K_M.gguf', name: 'DeepSeek R1 Distill Qwen 7B' };

describe('the identity card', () => {
  it('of a distill names base and teacher and says that it is not the teacher', () => {
    const card = describeGguf(model(seven, 'r1-distill-qwen-7b'), null);
    expect(card.name).toBe('DeepSeek-R1-Distill-Qwen-7B');
    expect(card.description).toBe(
      'Qwen2.5-Math-7B trained on answers of DeepSeek-R1: a distill, 7.6 billion parameters, not DeepSeek-R1 itself (671 billion).',
    );
    expect(card.licence).toBe('MIT (DeepSeek) + Apache-2.0 (Qwen2.5)');
    expect(card.warnings).toEqual([]);
  });

  it('of a file that calls itself R1 and has a 7B shape shows it as what it is', () => {
    const card = describeGguf(
      model({ file: 'DeepSeek-R1-Q4_K_M.gguf', name: 'DeepSeek R1' }, 'r1-distill-qwen-7b'),
      null,
    );
    expect(card.name).toBe('DeepSeek-R1-Q4_K_M');
    expect(card.description).toContain('with the shape of DeepSeek-R1-Distill-Qwen-7B');
    expect(card.evidence).toMatchObject({ claimed: 'DeepSeek-R1', shapeOf: 'DeepSeek-R1-Distill-Qwen-7B' });
    expect(card.warnings[0]).toMatch(
      /calls itself DeepSeek-R1 \(671 billion parameters\).*28 layers.*It is not DeepSeek-R1\./u,
    );
    expect(card.licence).toBeNull();
  });

  it('of a file with a name as long as a book is made at once, and shows its beginning', () => {
    const name = '0528qwen3'.repeat(100_000);
    const card = describeGguf(model({ ...seven, name }, 'r1-distill-qwen-7b'), null);
    expect(card.name.length).toBeLessThan(300);
  });

  it('believes the checksum more than the name', () => {
    const published = '16bba29e220550acfe6e8981cfd76b607ae00d8568bef711ff6c0455ddb322b8';
    const renamed = describeGguf(
      model({ file: 'our-model.gguf', name: 'our model' }, 'r1-distill-qwen-7b'),
      published,
    );
    expect(renamed.name).toBe('DeepSeek-R1-Distill-Qwen-7B');
    expect(renamed.evidence.checksum).toBe('known');
  });

  it('says when the checksum is not the published one', () => {
    const card = describeGguf(model(seven, 'r1-distill-qwen-7b'), 'f'.repeat(64));
    expect(card.evidence.checksum).toBe('differs');
    expect(card.warnings[0]).toContain('SHA-256 is not that of the published file');
  });

  it('of an unknown model says so and keeps its own name', () => {
    const card = describeGguf(model({ file: 'tiny.gguf', name: 'Tiny' }), null);
    expect(card).toMatchObject({
      id: 'tiny',
      name: 'Tiny',
      parameters: expect.any(Number),
      evidence: { claimed: null, shapeOf: null },
    });
    expect(card.description).toContain('not in the catalogue');
  });

  it('recognises the usual ways in which files are named', () => {
    const claims = (name: string) =>
      describeGguf(model({ file: `${name}.gguf`, name }), null).evidence.claimed;
    expect(claims('deepseek-r1-distill-llama-8b-q4_k_m')).toBe('DeepSeek-R1-Distill-Llama-8B');
    expect(claims('DeepSeek_R1_Distill_Qwen_1.5B')).toBe('DeepSeek-R1-Distill-Qwen-1.5B');
    expect(claims('deepseek-ai_DeepSeek-R1-0528-Qwen3-8B-Q8_0')).toBe('DeepSeek-R1-0528-Qwen3-8B');
    expect(claims('DeepSeek-V2-Lite-Chat.Q4_K_M')).toBe('DeepSeek-V2-Lite-Chat');
    expect(claims('DeepSeek-V3-Q4_K_M')).toBe('DeepSeek-V3');
    expect(claims('Qwen3-8B')).toBeNull();
  });

  it('takes its id from the file, without part numbers', () => {
    expect(modelId('/data/models/DeepSeek-R1-Q4_K_M-00001-of-00009.gguf')).toBe('DeepSeek-R1-Q4_K_M');
  });
});

describe('a chat template', () => {
  it('of the R1 distills is recognised by what it does', () => {
    expect(templateFacts(r1ChatTemplate)).toEqual({
      family: 'deepseek-r1',
      known: null,
      opensThought: true,
      dropsThoughts: true,
      tools: false,
    });
  });

  it('of another family is named', () => {
    const chatml =
      '{% for m in messages %}<|im_start|>{{ m.role }}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant{% endif %}';
    expect(templateFacts(chatml)).toMatchObject({ family: 'chatml', opensThought: false });
    expect(templateFacts(null).family).toBe('none');
  });
});
