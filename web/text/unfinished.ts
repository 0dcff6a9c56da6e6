/** What a line that is still being written lacks, so that **bold and `code don't show their marks until they end. Pure. */

/** The marks to put behind `text`, '' when nothing is open or it can't be told. */
export function missingMarks(text: string): string {
  if ((text.match(/^ {0,3}(?:```|~~~)/gm) ?? []).length % 2 === 1) return '';
  const paragraph = text.slice(text.lastIndexOf('\n\n') + 1);
  const withoutCode = paragraph.replace(/`[^`\n]*`/g, '').replace(/\\[*`]/g, '');
  const tick = withoutCode.indexOf('`');
  if (tick < 0) return missingStars(withoutCode);
  // More than one tick in a row begins a code span or a fence that the next characters decide about.
  const code = withoutCode.slice(tick + 1);
  if (code.trim() === '' || code.includes('`') || code.includes('\n')) return '';
  return `\`${isBoldOpen(withoutCode.slice(0, tick)) ? '**' : ''}`;
}

function missingStars(text: string): string {
  if (!isBoldOpen(text)) return '';
  const bold = text.slice(text.lastIndexOf('**') + 2);
  // A blank before the mark would not end it, and nothing at all between two marks is a rule.
  if (bold === '' || /^\s|\s$/.test(bold)) return '';
  return bold.endsWith('*') ? '*' : '**';
}

function isBoldOpen(text: string): boolean {
  return text.split('**').length % 2 === 0;
}
