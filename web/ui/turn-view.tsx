import type { VNode } from 'preact';
import { chat } from '../state/app.ts';
import { modelName } from '../state/model.ts';
import { type LiveTurn, type Phase, phaseOf } from '../state/turn.ts';
import { droppedSentence, queueSentence } from '../text/format.ts';
import { ErrorCard } from './error-card.tsx';
import { MarkdownView } from './markdown-view.tsx';
import { Reasoning } from './reasoning.tsx';
import { TurnFooter } from './turn-footer.tsx';

/** One question and what came of it. */
export function TurnView({ id }: { id: string }): VNode | null {
  const turn = chat.turns.get(id)?.value;
  if (turn === undefined) return null;
  const phase = phaseOf(turn);
  return (
    <article class={`turn ${phase}`} aria-busy={phase !== 'done' && phase !== 'error'}>
      <Question text={turn.userText} askedAt={turn.createdAt} />
      <div class="reply">
        <h2 class="visually-hidden">Answer</h2>
        {turn.droppedTurns > 0 && <p class="dropped">{droppedSentence(turn.droppedTurns)}</p>}
        <Waiting turn={turn} />
        {turn.reasoning.trim() !== '' && <Reasoning turn={turn} />}
        {turn.answer !== '' && <MarkdownView text={turn.answer} isGrowing={phase === 'answering'} />}
        {(phase === 'done' || (phase === 'error' && turn.answer !== '')) && <TurnFooter turn={turn} />}
        {turn.error !== null && (
          <ErrorCard code={turn.error.code} message={turn.error.message} text={turn.userText} />
        )}
      </div>
    </article>
  );
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function Question({ text, askedAt }: { text: string; askedAt?: string }): VNode {
  return (
    <div class="question">
      <h2 class="visually-hidden">You asked</h2>
      <p title={askedAt === undefined ? undefined : moment.format(new Date(askedAt))}>{text}</p>
    </div>
  );
}

function Waiting({ turn }: { turn: LiveTurn }): VNode | null {
  const phase = phaseOf(turn);
  if (phase === 'queued' && turn.place !== null)
    return (
      <p class="waiting card" role="status">
        <span class="pulse" />
        {queueSentence(turn.place)}
      </p>
    );
  const words = waitingWords(phase, turn);
  if (words === null) return null;
  return (
    <p class="waiting" role="status">
      <span class="pulse" />
      {words}
    </p>
  );
}

function waitingWords(phase: Phase, turn: LiveTurn): string | null {
  if (phase === 'queued') {
    return turn.loading === null
      ? 'Starting…'
      : `Loading ${modelName(turn.model)}, ${Math.round(turn.loading * 100)} %…`;
  }
  if (phase === 'reading') return 'Reading your question…';
  return phase === 'answering' && turn.answer === '' ? 'Writing the answer…' : null;
}
