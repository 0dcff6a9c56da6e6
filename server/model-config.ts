/** The settings of single models in stillroom.json, under `models`. */
import { z } from 'zod';
import { gpu, hintFor, wholeNumber } from '#server/config-values.ts';
import { StillroomError } from '#server/errors.ts';

/** What may be set for one model; what is left out comes from the settings for all, then from the default. */
export const ModelConfigSchema = z.strictObject({
  slots: wholeNumber(1, 64).optional(),
  context: wholeNumber(256, 1_048_576).optional(),
  threads: wholeNumber(1, 512).optional(),
  gpu: gpu.optional(),
  /** Layers that go to the accelerator. */
  gpuLayers: wholeNumber(0, 1024).optional(),
  /** What keys and values are kept in: a half or a quarter of the memory for the context. */
  kvType: z.enum(['f16', 'q8_0', 'q4_0']).optional(),
  flashAttention: z
    .union([z.boolean(), z.literal('auto')], { error: 'must be true, false or "auto"' })
    .optional(),
  /** The operator's words to the model: every conversation begins with them. */
  systemPrompt: z
    .string({ error: 'must be a text' })
    .min(1, 'must not be empty')
    .max(20_000, 'must be at most 20,000 characters long')
    .optional(),
  /** Reasoning tokens of a turn that names no budget itself. */
  thinkingBudget: wholeNumber(0, 1_000_000).optional(),
  /** Never unloaded when idle, and the last to leave when another model needs the memory. */
  pinned: z.boolean({ error: 'must be true or false' }).optional(),
});
export type ModelConfig = Readonly<z.infer<typeof ModelConfigSchema>>;
const modelKeys = Object.keys(ModelConfigSchema.shape);

/** A problem inside `models`: path = models, model name, setting. */
export function badModelSetting(issue: z.core.$ZodIssue, path: string): StillroomError {
  const [, model, setting] = issue.path.map(String);
  if (issue.code === 'unrecognized_keys' && model !== undefined) {
    const key = issue.keys[0] ?? '';
    return new StillroomError(
      'config_invalid',
      `Unknown setting "${key}" for the model "${model}" in ${path}.${hintFor(key, modelKeys)} Known settings of a model: ${modelKeys.join(', ')}.`,
    );
  }
  const subject = model === undefined ? '"models"' : `"${setting ?? 'models'}" for the model "${model}"`;
  return new StillroomError(
    'config_invalid',
    `The setting ${subject} from ${path} can't be used: ${issue.message}. Correct it or remove it to get the default.`,
  );
}

/** Values that are right one by one and can't be honoured together. */
export function assertPossible(
  name: string,
  settings: ModelConfig,
  everywhere: z.infer<typeof gpu>,
  path: string,
): void {
  const refuse = (why: string) => {
    throw new StillroomError('config_invalid', `The settings for the model "${name}" in ${path} ${why}`);
  };
  const { kvType = 'f16', flashAttention, gpuLayers = 0 } = settings;
  if (kvType !== 'f16' && flashAttention === false) {
    refuse(
      `can't be used together: "kvType" "${kvType}" needs flash attention, and "flashAttention" is false. Remove one of the two.`,
    );
  }
  if (gpuLayers > 0 && (settings.gpu ?? everywhere) === 'off') {
    refuse(
      `can't be used together: "gpuLayers" ${gpuLayers} needs an accelerator, and "gpu" is "off". Remove one of the two.`,
    );
  }
}
