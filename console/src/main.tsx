import { render } from 'preact';
import { App } from './app.tsx';
import { installClassColours } from './shell/class-colours.ts';
import { startRouter } from './shell/router.ts';
import { startTheme } from './shell/theme.ts';

installClassColours(document);
startTheme(document, localStorage);
startRouter(window);
const root = document.getElementById('app');
if (root) render(<App />, root);
