import type { VNode } from 'preact';
import { chat } from './state/app.ts';
import { isNarrow } from './state/view.ts';
import { Announcer } from './ui/announcer.tsx';
import { Banner } from './ui/banner.tsx';
import { Composer } from './ui/composer.tsx';
import { Dialogs } from './ui/dialogs.tsx';
import { Header } from './ui/header.tsx';
import { Notice } from './ui/notice.tsx';
import { useShortcuts } from './ui/shortcuts.ts';
import { Sidebar } from './ui/sidebar.tsx';
import { Transcript } from './ui/transcript.tsx';
import { Welcome } from './ui/welcome.tsx';

export function App(): VNode {
  useShortcuts();
  const isNew = chat.openId.value === null && chat.outbox.waiting.value.every(isElsewhere);
  return (
    <div class={isNarrow.value ? 'app narrow' : 'app'}>
      <button type="button" class="skip-link" onClick={focusComposer}>
        Skip to the message field
      </button>
      <Sidebar />
      <main class="main">
        <Header />
        <Banner />
        {isNew ? <Welcome /> : <Transcript key={chat.openId.value ?? 'new'} />}
        <Composer />
      </main>
      <Announcer />
      <Notice />
      <Dialogs />
    </div>
  );
}

function isElsewhere(outgoing: { message: { conversationId: string | null } }): boolean {
  return outgoing.message.conversationId !== null;
}

function focusComposer(): void {
  document.getElementById('composer')?.focus();
}
