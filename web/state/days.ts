/** Groups the conversation list by day, newest first. Pure. */
import type { Conversation } from '#server/api/app/contract.ts';

export interface Group {
  label: string;
  conversations: Conversation[];
}

const dayMs = 86_400_000;

/** `conversations` newest first; `now` decides what "Today" is, in the reader's own time zone. */
export function groupByDay(conversations: Conversation[], now: Date, locale?: string): Group[] {
  const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' });
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const label = (updated: Date): string => {
    const day = new Date(updated.getFullYear(), updated.getMonth(), updated.getDate()).getTime();
    // Rounded, because a day with a clock change is 23 or 25 hours long.
    const ago = Math.round((today - day) / dayMs);
    if (ago <= 0) return 'Today';
    if (ago === 1) return 'Yesterday';
    if (ago <= 7) return 'Previous 7 days';
    return month.format(updated);
  };
  const groups: Group[] = [];
  for (const conversation of conversations) {
    const name = label(new Date(conversation.updatedAt));
    const last = groups.at(-1);
    if (last?.label === name) last.conversations.push(conversation);
    else groups.push({ label: name, conversations: [conversation] });
  }
  return groups;
}
