/** What a chat template does, found by its markers, and whether it is one that is known word for word. */
import { createHash } from 'node:crypto';

export interface TemplateFacts {
  /** Which family of prompts it makes. */
  readonly family: 'deepseek-r1' | 'deepseek' | 'chatml' | 'llama3' | 'unknown' | 'none';
  /** Name of the known template it equals, whitespace at the ends aside. */
  readonly known: string | null;
  /** The prompt already ends with "<think>", so that answers begin inside the thought. */
  readonly opensThought: boolean;
  /** Earlier thoughts are left out of the prompt. */
  readonly dropsThoughts: boolean;
  readonly tools: boolean;
}

/** SHA-256 of the trimmed text → where that text was published. */
const known = new Map([
  [
    'bbe594884b44d740667ee65a70bc8d333a565eab3d63ea59f291ea73ada84ba6',
    'DeepSeek-R1-Distill-Qwen, as in llama.cpp',
  ],
  [
    'dd2675619a64a449cdcdd2b93e605a0a50764cee41e344f244752bc93643936c',
    'DeepSeek-R1-Distill-Llama, as in llama.cpp',
  ],
  [
    'e0d5e227f0aedba8bc36d9173d4f814b6b9bc8bafa3e50d53fa0071567f90102',
    "llama.cpp's own for DeepSeek-R1 with tools",
  ],
]);

export function templateFacts(template: string | null): TemplateFacts {
  if (template === null)
    return { family: 'none', known: null, opensThought: false, dropsThoughts: false, tools: false };
  const hash = createHash('sha256').update(template.trim()).digest('hex');
  return {
    family: family(template),
    known: known.get(hash) ?? null,
    opensThought: /<think>(\\n|\n)?['"]/u.test(lastPart(template)),
    dropsThoughts: template.includes('</think>') && /split\(\s*['"]<\/think>['"]\s*\)/u.test(template),
    tools: /tool_calls|<｜tool/u.test(template),
  };
}

function family(template: string): TemplateFacts['family'] {
  const deepseek = template.includes('<｜User｜>') || template.includes('<｜Assistant｜>');
  if (deepseek) return template.includes('think>') ? 'deepseek-r1' : 'deepseek';
  if (template.includes('<|im_start|>')) return 'chatml';
  if (template.includes('<|start_header_id|>')) return 'llama3';
  return 'unknown';
}

/** The generation prompt comes last in every template. */
function lastPart(template: string): string {
  const at = template.lastIndexOf('add_generation_prompt');
  return at === -1 ? '' : template.slice(at);
}
