import type { VNode } from 'preact';
import { ask, edit, isBusy } from './ask.ts';
import { Icon } from './icons.tsx';

/** The same question again would end the same way: it has to be changed. */
const needsChange = new Set([
  'invalid_request',
  'context_length_exceeded',
  'payload_too_large',
  'unsupported_parameter',
  'conversation_not_found',
]);

interface ErrorCardProps {
  code: string;
  message: string;
  /** The question that failed. */
  text: string;
  onRetry?: () => void;
  onEdit?: () => void;
}

export function ErrorCard({ code, message, text, onRetry, onEdit }: ErrorCardProps): VNode {
  return (
    <div class="error-card" role="alert">
      <Icon name="alert" />
      <div>
        <p>{message}</p>
        <div class="row">
          {!needsChange.has(code) && (
            <button
              type="button"
              class="button small"
              disabled={isBusy()}
              onClick={onRetry ?? (() => ask(text))}
            >
              <Icon name="retry" />
              Try again
            </button>
          )}
          <button
            type="button"
            class="button small quiet"
            onClick={() => {
              onEdit?.();
              edit(text);
            }}
          >
            Edit the question
          </button>
        </div>
      </div>
    </div>
  );
}
