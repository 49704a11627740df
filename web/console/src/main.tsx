import { render } from 'preact';
import { App } from './app';
import { language } from './look';
import { speak } from './words';

const root = document.getElementById('console');
await speak(language());
if (root) render(<App />, root);
