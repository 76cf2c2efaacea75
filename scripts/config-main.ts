// What `dist/config.mjs` is made of: also to be run by itself, where there is no npm.
import { configCommand } from '../lib/config-command';

process.exitCode = await configCommand(process.argv.slice(2));
