import type { VNode } from 'preact';
import { modelName, offered } from '../state/model.ts';
import type { LiveTurn } from '../state/turn.ts';
import { count, duration, finishSentence, speed } from '../text/format.ts';
import { CopyButton } from './copy-button.tsx';

/** What the answer cost, and why it ended if it didn't end by itself. */
export function TurnFooter({ turn }: { turn: LiveTurn }): VNode {
  const finish = finishSentence(turn.finish);
  const rate = speed(turn.usage, turn.timings);
  return (
    <footer class="turn-footer">
      {turn.answer !== '' && <CopyButton text={turn.answer} label="Copy answer" />}
      {finish !== null && <span class="finish">{finish}</span>}
      {offered.value.length > 1 && <span>{modelName(turn.model)}</span>}
      {turn.usage !== null && turn.usage.completionTokens > 0 && (
        <span title={details(turn)}>
          {count(turn.usage.completionTokens, 'token')}
          {rate !== null && ` · ${rate < 9.95 ? rate.toFixed(1) : Math.round(rate)} per second`}
          {turn.usage.cachedTokens > 0 && ` · ${count(turn.usage.cachedTokens, 'prompt token')} reused`}
        </span>
      )}
    </footer>
  );
}

function details({ usage, timings, model }: LiveTurn): string {
  const lines = [`Answered by ${modelName(model)} on this machine`];
  if (usage !== null) {
    lines.push(
      `Prompt: ${count(usage.promptTokens, 'token')}, ${usage.cachedTokens.toLocaleString('en')} of them reused from earlier turns`,
      `Thinking: ${count(usage.reasoningTokens, 'token')} · Answer: ${count(usage.completionTokens - usage.reasoningTokens, 'token')}`,
    );
  }
  if (timings !== null)
    lines.push(
      `Waited ${duration(timings.queueMs)} · read the prompt in ${duration(timings.prefillMs)} · wrote for ${duration(timings.decodeMs)}`,
    );
  return lines.join('\n');
}
