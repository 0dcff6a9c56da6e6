/** Models calculate in plain text: in 23*47*2 the asterisks are signs, not emphasis, though CommonMark reads them so. */
import { Tokenizer, type Tokens } from 'marked';

export class ArithmeticTokenizer extends Tokenizer {
  override emStrong(
    src: string,
    maskedSrc: string,
    prevChar?: string,
  ): Tokens.Em | Tokens.Strong | undefined {
    if (opensAsSign(src, prevChar ?? '')) return undefined;
    const token = super.emStrong(src, maskedSrc, prevChar);
    return token !== undefined && closesAsSign(src, token.raw.length) ? undefined : token;
  }
}

/** After a digit, a bracket or another sign always; after a Latin letter only a single one (x*y), because 词**重点** is bold. */
function opensAsSign(src: string, previous: string): boolean {
  if (!src.startsWith('*')) return false;
  return /[\d)\]*]/.test(previous) || (/[A-Za-z]/.test(previous) && src[1] !== '*');
}

/** The closing asterisk stands between two numbers: the second line of "*3:" and "7*3=21" must not lean on the first. */
function closesAsSign(src: string, end: number): boolean {
  return src[end - 1] === '*' && /[\d)\]]/.test(src[end - 2] ?? '') && /[\w(]/.test(src[end] ?? '');
}
