/** Numbers and states in plain words. Pure. */
import type { FinishReason, Timings, Usage } from '#server/chat/events.ts';
import type { LiveTurn, Place } from '../state/turn.ts';

/** 850 → "0.9 s", 4210 → "4.2 s", 75000 → "1 min 15 s". */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${minutes} min ${Math.round(seconds) % 60} s`;
}

/** "20–40 s", "2–3 min": one unit for both ends, never a false precision. */
export function interval(lowMs: number, highMs: number): string {
  const inMinutes = highMs >= 90_000;
  const unit = inMinutes ? 60_000 : 1000;
  const low = Math.max(inMinutes ? 0 : 1, Math.floor(lowMs / unit));
  const high = Math.max(low, Math.ceil(highMs / unit), 1);
  const span = low === high ? `${high}` : `${low}–${high}`;
  return `${span} ${inMinutes ? 'min' : 's'}`;
}

function ordinal(n: number): string {
  const suffix = { one: 'st', two: 'nd', few: 'rd', other: 'th', zero: 'th', many: 'th' };
  return `${n}${suffix[new Intl.PluralRules('en', { type: 'ordinal' }).select(n)]}`;
}

/** "You are 3rd in line, about 20–40 s." */
export function queueSentence(place: Place): string {
  const where = place.position === 1 ? 'You are next' : `You are ${ordinal(place.position)} in line`;
  return place.eta === null ? `${where}.` : `${where}, about ${interval(place.eta.lowMs, place.eta.highMs)}.`;
}

export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? noun : plural}`;
}

/** What a small context hides from the model must not be hidden from the reader. */
export function droppedSentence(turns: number): string {
  const subject = turns === 1 ? 'The first turn' : `The first ${turns} turns`;
  return `${subject} of this conversation no longer fit${turns === 1 ? 's' : ''} the model's context: it does not see ${turns === 1 ? 'it' : 'them'}.`;
}

/** Null for an ordinary end: only what surprises is said. */
export function finishSentence(finish: FinishReason | null): string | null {
  switch (finish) {
    case 'cancelled':
      return 'Stopped by you';
    case 'length':
      return 'Cut off: the length limit or the end of the context was reached';
    case 'deadline':
      return 'Cut off: the time limit was reached';
    case 'loop':
      return 'Cut off: the model began to repeat itself';
    case 'stop':
    case null:
      return null;
  }
}

/** Tokens per second of generation alone (queueing and prompt excluded), null when nothing was measured. */
export function speed(usage: Usage | null, timings: Timings | null): number | null {
  if (usage === null || timings === null || timings.decodeMs <= 0 || usage.completionTokens < 2) return null;
  return (usage.completionTokens * 1000) / timings.decodeMs;
}

/** "Thought for 4.2 s · 132 tokens", and who ended the thought if the model did not. */
export function thoughtSummary(turn: LiveTurn): string {
  const parts = [turn.reasoningMs === null ? 'Thought' : `Thought for ${duration(turn.reasoningMs)}`];
  if (turn.usage !== null && turn.usage.reasoningTokens > 0)
    parts.push(count(turn.usage.reasoningTokens, 'token'));
  if (turn.forced === 'budget') parts.push('budget used up');
  if (turn.forced === 'answerNow') parts.push('you asked for the answer');
  if (turn.forced === 'loop') parts.push('cut: it began to repeat itself');
  return parts.join(' · ');
}
