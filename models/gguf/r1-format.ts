/**
 * What a vocabulary must have to be served: questions, answers and thoughts are told apart by tokens of their own. The distills, R1
 * and R1-0528-Qwen3 have them; V3 and V2 lack the two of the thought, other chat models all four.
 */
const needed = ['<｜User｜>', '<｜Assistant｜>', '<think>', '</think>'] as const;

const byBytes = new Map(needed.map((token) => [Buffer.from(token).toString('latin1'), token]));

/** Those of the needed tokens that are not in a vocabulary. `has` is asked with the bytes of a token, one character each. */
export function missingR1Tokens(has: (token: string) => boolean): string[] {
  return [...byBytes].filter(([bytes]) => !has(bytes)).map(([, token]) => token);
}

/** Null when the model is of the DeepSeek-R1 format. */
export function r1FormatProblem({ missingTokens }: { missingTokens: readonly string[] }): string | null {
  const [token] = missingTokens;
  if (token === undefined) return null;
  return `It is not of the DeepSeek-R1 format and can't be served: its vocabulary has no token "${token}". Choose an R1 distill.`;
}
