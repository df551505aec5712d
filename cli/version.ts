// Which Residuum this is: for --version and for the headers of recordings.
import packageJson from '../package.json' with { type: 'json' };

export const VERSION = packageJson.version;
