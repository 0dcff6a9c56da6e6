/**
 * The identity card: what a file is, told from its contents. A name is a claim; the shape and the checksum are evidence,
 * and where they disagree the card says so. A distill is never shown under its teacher's name.
 */
import { basename } from 'node:path';
import { type CatalogueEntry, catalogue } from './catalogue.ts';
import { parsePartName } from './gguf/parts.ts';
import { r1FormatProblem } from './gguf/r1-format.ts';
import type { GgufFile } from './gguf/read.ts';
import type { ModelShape } from './gguf/shape.ts';
import { type TemplateFacts, templateFacts } from './templates.ts';

export interface IdentityCard {
  /** The file's name without ending and part number: what `use` and the API call it. */
  readonly id: string;
  readonly name: string;
  /** One or two sentences for people. */
  readonly description: string;
  readonly architecture: string;
  readonly parameters: number;
  readonly quantization: string;
  readonly sizeBytes: number;
  /** Null when nobody computed it yet. */
  readonly sha256: string | null;
  readonly licence: string | null;
  readonly evidence: Evidence;
  /** What does not add up, each a sentence; empty when all is well. */
  readonly warnings: readonly string[];
  readonly template: TemplateFacts;
  readonly contextLength: number;
}

interface Evidence {
  /** What the file says of itself. */
  readonly claimedName: string | null;
  /** The catalogue's model that the names point to. */
  readonly claimed: string | null;
  /** The catalogue's model whose shape this is. */
  readonly shapeOf: string | null;
  /** `known`: the published file, byte for byte. `differs`: another file of the same quantisation. */
  readonly checksum: 'known' | 'differs' | 'not_listed' | 'not_computed';
}

/** No model's name is longer. Looking for known names in it takes time that grows with the cube of its length. */
const longestName = 200;

/** Describes a model that was read; `sha256` as computed or pinned, null = unknown. */
export function describeGguf(model: GgufFile, sha256: string | null): IdentityCard {
  const id = modelId(model.paths[0] ?? 'model.gguf');
  const fullName = model.metadata.string('general.name') ?? model.metadata.string('general.basename');
  const claimedName = fullName?.slice(0, longestName) ?? null;
  const candidates = catalogue.filter((entry) => sameShape(entry, model.shape));
  const claimed = claimedEntry(`${claimedName ?? ''} ${id}`);
  const shapeOf = candidates.find((entry) => entry === claimed) ?? candidates[0] ?? null;
  const template = templateFacts(model.chatTemplate);
  const checksum = compareChecksum(shapeOf, model.quantization, sha256);
  const isWhatItClaims = shapeOf !== null && (claimed === shapeOf || checksum === 'known');
  return {
    id,
    name: isWhatItClaims ? shapeOf.title : plainName(claimedName, id, claimed !== null),
    description: describe(shapeOf, isWhatItClaims, model),
    architecture: model.shape.architecture,
    parameters: model.parameters,
    quantization: model.quantization,
    sizeBytes: model.bytes,
    sha256,
    licence: licence(model, isWhatItClaims ? shapeOf : null),
    evidence: { claimedName, claimed: claimed?.title ?? null, shapeOf: shapeOf?.title ?? null, checksum },
    warnings: warnings(model, claimed, shapeOf, template, checksum),
    template,
    contextLength: model.shape.contextLength,
  };
}

/** "DeepSeek-R1-Q4_K_M-00001-of-00009.gguf" → "DeepSeek-R1-Q4_K_M". */
export function modelId(path: string): string {
  const file = basename(path);
  return parsePartName(file)?.stem ?? file.replace(/\.gguf$/iu, '');
}

function sameShape(entry: CatalogueEntry, shape: ModelShape): boolean {
  const known = entry.shape;
  return (
    known.architecture === shape.architecture &&
    known.layers === shape.layers &&
    known.embedding === shape.embedding &&
    known.feedForward === shape.feedForward &&
    known.heads === shape.heads &&
    (known.mla !== null || known.kvHeads === shape.kvHeads)
  );
}

/** Which model the names point to. "R1" without "distill" claims to be the 671-billion-parameter teacher. */
function claimedEntry(text: string): CatalogueEntry | null {
  const words = text.toLowerCase().replace(/[\s_.]+/gu, '-');
  const by = (name: string) => catalogue.find((entry) => entry.name === name) ?? null;
  if (/0528.*qwen-?3.*8b/u.test(words)) return by('r1-0528-qwen3-8b');
  const distill = /distill-(qwen|llama)-(?:[\d-]*?)(1-5|7|8|14|32|70)b/u.exec(words);
  if (distill !== null) return by(`r1-distill-${distill[1]}-${distill[2]?.replace('-', '.')}b`);
  if (/v2-lite/u.test(words)) return by('v2-lite-chat');
  if (/deepseek.*\br1\b/u.test(words) || /^-?r1\b/u.test(words)) return by('r1');
  if (/deepseek.*\bv3\b/u.test(words)) return by('v3');
  return null;
}

/** The name in the file, unless it claims a catalogue model that the shape contradicts: then the file's own name. */
function plainName(claimedName: string | null, id: string, claimsCatalogueModel: boolean): string {
  return claimsCatalogueModel ? id : (claimedName ?? id);
}

function describe(shapeOf: CatalogueEntry | null, isWhatItClaims: boolean, model: GgufFile): string {
  const size = `${billions(model.parameters)} parameters`;
  if (shapeOf === null || !isWhatItClaims) {
    const like = shapeOf === null ? '' : ` with the shape of ${shapeOf.title}`;
    return `A ${model.shape.architecture} model${like}, ${size}. It is not in the catalogue.`;
  }
  if (shapeOf.role === 'distill') {
    return `${shapeOf.base} trained on answers of ${shapeOf.teacher}: a distill, ${size}, not ${shapeOf.teacher} itself (671 billion).`;
  }
  return `${shapeOf.title}, ${size}.`;
}

function warnings(
  model: GgufFile,
  claimed: CatalogueEntry | null,
  shapeOf: CatalogueEntry | null,
  template: TemplateFacts,
  checksum: Evidence['checksum'],
): string[] {
  const found: string[] = [];
  if (claimed !== null && claimed !== shapeOf) {
    const really = shapeOf === null ? 'of no catalogue model' : `of ${shapeOf.title}`;
    found.push(
      `The file calls itself ${claimed.title} (${billions(claimed.parameters)} parameters) but has the shape ${really}: ${model.shape.layers} layers of width ${model.shape.embedding}, ${billions(model.parameters)} parameters. It is not ${claimed.title}.`,
    );
  }
  if (checksum === 'differs') {
    found.push(
      'Its SHA-256 is not that of the published file of this quantisation. It may be a newer upload or someone else’s conversion; compare with the source you trust.',
    );
  }
  const problem = r1FormatProblem(model);
  if (problem !== null) found.push(problem);
  if (template.family === 'none') found.push('The file has no chat template; the DeepSeek-R1 one is used.');
  if (template.family !== 'none' && !template.family.startsWith('deepseek')) {
    found.push(
      `Its chat template is of the kind "${template.family}", not DeepSeek’s; answers may be worse than they could be.`,
    );
  }
  return found;
}

function compareChecksum(
  entry: CatalogueEntry | null,
  quantization: string,
  sha256: string | null,
): Evidence['checksum'] {
  if (sha256 === null) return 'not_computed';
  const listed = entry?.files.filter((file) => file.sha256 !== null) ?? [];
  if (listed.some((file) => file.sha256 === sha256)) return 'known';
  return listed.some((file) => file.quantization === quantization) ? 'differs' : 'not_listed';
}

function licence(model: GgufFile, entry: CatalogueEntry | null): string | null {
  if (entry !== null) return entry.licences.join(' + ');
  return model.metadata.string('general.license.name') ?? model.metadata.string('general.license');
}

function billions(parameters: number): string {
  if (parameters < 1e6) return parameters.toLocaleString('en');
  if (parameters < 1e9) return `${(parameters / 1e6).toFixed(1)} million`;
  return `${(parameters / 1e9).toFixed(parameters < 1e11 ? 1 : 0)} billion`;
}
