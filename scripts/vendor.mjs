// Copies the documentation viewers out of their packages, so that /docs and /redoc need no CDN.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

const TARGET = join(ROOT, 'public', 'vendor');
const SCRIPTS = {
  'swagger-ui-bundle.js': 'swagger-ui-dist/swagger-ui-bundle.js',
  'redoc.standalone.js': 'redoc/bundles/redoc.standalone.js',
};
const FILES = {
  'swagger-ui.css': 'swagger-ui-dist/swagger-ui.css',
  'swagger-ui.LICENSE.txt': 'swagger-ui-dist/LICENSE',
  'swagger-ui.NOTICE.txt': 'swagger-ui-dist/NOTICE',
  'swagger-ui-bundle.js.LICENSE.txt': 'swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt',
  'redoc.LICENSE.txt': 'redoc/LICENSE',
  'redoc.standalone.js.LICENSE.txt': 'redoc/bundles/redoc.standalone.js.LICENSE.txt',
};
/** Redoc signs its pages with a picture from elsewhere. */
const REMOTE_LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';
const SOURCE_MAP = /\n\/[/*]# sourceMappingURL=.*\s*$/;

mkdirSync(TARGET, { recursive: true });
for (const [name, source] of Object.entries(FILES)) {
  copyFileSync(join(ROOT, 'node_modules', source), join(TARGET, name));
}
for (const [name, source] of Object.entries(SCRIPTS)) {
  // Their maps are several times their size and stay in the packages.
  const script = readFileSync(join(ROOT, 'node_modules', source), 'utf8');
  writeFileSync(
    join(TARGET, name),
    script.replace(SOURCE_MAP, '\n').replaceAll(REMOTE_LOGO, '/icon.svg'),
  );
}
