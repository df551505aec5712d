// `npm run build`: builds dist, whether or not anything changed.
import { enter, sayOnStdout } from './entry.mjs';
import { rebuild } from './prepare.mjs';

await enter(() => rebuild(sayOnStdout));
