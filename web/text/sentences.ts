/** What a screen reader is told while an answer streams: whole sentences, not tokens. Pure. */

/** Markdown marks that would be read aloud as punctuation. */
function spoken(text: string): string {
  return text
    .replace(/```[^\n]*\n[\s\S]*?(?:```|$)/g, ' (code) ')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s{0,3}(?:#{1,6}|>|[-*+])\s+/gm, '')
    .replace(/[*_`|~]+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * The finished part of `text` after position `from`, and the position behind it. A sentence is finished when blank
 * space follows its end mark, or a line break; with `final` everything left is.
 */
export function finishedSentences(
  text: string,
  from: number,
  final: boolean,
): { sentence: string; upTo: number } {
  const rest = text.slice(from);
  let end = rest.length;
  if (!final) {
    const fences = rest.split('```').length - 1;
    // Inside an open code block nothing is finished.
    const limit = fences % 2 === 1 ? rest.lastIndexOf('```') : rest.length;
    end = 0;
    for (const match of rest.matchAll(/[.!?…。！？](?=\s)|\n/g)) {
      if (match.index >= limit) break;
      end = match.index + match[0].length;
    }
  }
  return { sentence: spoken(rest.slice(0, end)), upTo: from + end };
}
