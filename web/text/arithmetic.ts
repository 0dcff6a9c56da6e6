/** Models calculate in plain text: in 23*47*2 the asterisks are signs, not emphasis, though CommonMark reads them so. */
import { Tokenizer, type Tokens } from 'marked';

export class ArithmeticTokenizer extends Tokenizer {
  override emStrong(
    src: string,
    maskedSrc: string,
    prevChar?: string,
  ): Tokens.Em | Tokens.Strong | undefined {
    return isSign(src, prevChar ?? '') ? undefined : super.emStrong(src, maskedSrc, prevChar);
  }
}

/** After a digit, a bracket or another sign always; after a Latin letter only a single one (x*y), because 词**重点** is bold. */
function isSign(src: string, previous: string): boolean {
  if (!src.startsWith('*')) return false;
  return /[\d)\]*]/.test(previous) || (/[A-Za-z]/.test(previous) && src[1] !== '*');
}
