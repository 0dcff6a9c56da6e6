import type { VNode } from 'preact';
import type { ModelState } from '#server/engine/engine.ts';
import { chat } from '../state/app.ts';
import { currentModel } from '../state/model.ts';
import { Icon } from './icons.tsx';

/** What keeps answers from coming, while something does. */
export function Banner(): VNode {
  return (
    <div class="banners" role="status">
      {chat.connection.value === 'lost' && (
        <div class="banner warning">
          <span class="pulse" />
          <span>
            No connection to Stillroom. Trying again… Answers go on meanwhile and will be here afterwards.
          </span>
        </div>
      )}
      {currentModel.value !== null && <EngineBanner engine={currentModel.value.engine} />}
    </div>
  );
}

function EngineBanner({ engine }: { engine: ModelState }): VNode | null {
  switch (engine.state) {
    case 'ready':
    case 'unloaded':
      return null;
    case 'loading':
      return (
        <div class="banner">
          <label class="loading">
            <span>Loading the model, {Math.round(engine.progress * 100)} %</span>
            <progress max={1} value={engine.progress} />
          </label>
        </div>
      );
    case 'restarting':
      return (
        <div class="banner warning">
          <span class="pulse" />
          <span>
            The engine is restarting{engine.attempt > 1 ? ` (attempt ${engine.attempt})` : ''}:{' '}
            {engine.reason} You can keep writing.
          </span>
        </div>
      );
    case 'failed':
      return (
        <div class="banner failure">
          <Icon name="alert" />
          <span>{engine.reason}</span>
        </div>
      );
  }
}
