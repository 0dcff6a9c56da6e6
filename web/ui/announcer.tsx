import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { chat } from '../state/app.ts';
import { phaseOf } from '../state/turn.ts';
import { finishedSentences } from '../text/sentences.ts';

/** Older lines have been read; the region must not grow with the conversation. */
const keptLines = 12;

/** Tells screen readers what is going on, sentence by sentence. The visible transcript itself announces nothing. */
export function Announcer(): VNode {
  const [lines, setLines] = useState<{ key: number; text: string }[]>([]);
  const heard = useRef({ turnId: '', upTo: 0, phase: '', key: 0 });

  const openId = chat.openId.value;
  const turnId = openId === null ? undefined : chat.turns.of(openId).value?.at(-1);
  const turn = turnId === undefined ? undefined : chat.turns.get(turnId)?.value;

  useEffect(() => {
    if (turn === undefined) return;
    const state = heard.current;
    const phase = phaseOf(turn);
    const isOver = phase === 'done' || phase === 'error';
    if (state.turnId !== turn.id) {
      // A conversation that is opened is read by its reader, not read out.
      heard.current = {
        ...state,
        turnId: turn.id,
        upTo: isOver ? turn.answer.length : 0,
        phase: isOver ? phase : '',
      };
    }
    const now = heard.current;
    const said: string[] = [];
    if (phase !== now.phase && phase === 'thinking') said.push('Thinking.');
    const { sentence, upTo } = finishedSentences(turn.answer, now.upTo, isOver);
    if (sentence !== '') said.push(sentence);
    if (phase !== now.phase && phase === 'done') said.push('Answer complete.');
    heard.current = { ...now, upTo, phase, key: now.key + said.length };
    if (said.length === 0) return;
    setLines((before) =>
      [...before, ...said.map((text, index) => ({ key: now.key + index, text }))].slice(-keptLines),
    );
  }, [turn]);

  return (
    <div class="visually-hidden" role="log" aria-live="polite" aria-label="New in this conversation">
      {lines.map(({ key, text }) => (
        <p key={key}>{text}</p>
      ))}
    </div>
  );
}
