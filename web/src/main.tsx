// SPDX-License-Identifier: MIT

// The shared styles come before those of the features, which refine them.
import './ui/styles/tokens.css';
import './ui/styles/base.css';
import './ui/styles/controls.css';

import { render } from 'preact';

import { App, startTill } from './app/app';
import { watchForUpdates } from './app/updates';

const root = document.getElementById('app');
if (!root) throw new Error('The page has no place for the app.');
render(<App />, root);
void startTill();
watchForUpdates();
