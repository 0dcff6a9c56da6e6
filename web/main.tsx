import './style/tokens.css';
import './style/base.css';
import './style/layout.css';
import './style/sidebar.css';
import './style/transcript.css';
import './style/prose.css';
import './style/composer.css';
import './style/dialog.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { startChat } from './state/app.ts';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element with the id "app".');
render(<App />, root);
startChat();
