import { text } from '../../http';
import type { Endpoint } from '../endpoint';
import { openApiDocument } from '../openapi';

const HTML = 'text/html; charset=utf-8';
/** Redoc searches in a worker made from a blob and draws its styles at run time. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  'worker-src blob:',
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The OpenAPI document of all endpoints, itself and the others given included. */
export function openApiEndpoint(others: readonly Endpoint[], version: string): Endpoint {
  let body: string | undefined;
  const endpoint: Endpoint = {
    path: '/openapi.json',
    methods: {
      GET: {
        documentation: {
          id: 'getOpenApi',
          summary: 'Describe this API',
          tag: 'Documentation',
          answers: {
            200: { description: 'An OpenAPI 3.1 document.', mediaType: 'application/json' },
          },
        },
        handle() {
          body ??= JSON.stringify(openApiDocument([...others, endpoint], version));
          return text(200, 'application/json; charset=utf-8', body);
        },
      },
    },
  };
  return endpoint;
}

/** `/docs` (Swagger UI) and `/redoc`, from assets that the build puts under `/vendor`. */
export function documentationEndpoints(): Endpoint[] {
  return [
    page(
      '/docs',
      'getDocs',
      'Try this API',
      `<link rel="stylesheet" href="/vendor/swagger-ui.css">
<div id="swagger-ui"></div>
<script src="/vendor/swagger-ui-bundle.js"></script>
<script src="/swagger-ui-init.js"></script>`,
    ),
    page(
      '/redoc',
      'getRedoc',
      'Read about this API',
      `<redoc spec-url="/openapi.json"></redoc>
<script src="/vendor/redoc.standalone.js"></script>`,
    ),
  ];
}

function page(path: string, id: string, summary: string, content: string): Endpoint {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Floodgate API</title>
<link rel="icon" href="/icon.svg">
</head>
<body style="margin:0">
${content}
</body>
</html>
`;
  return {
    path,
    methods: {
      GET: {
        documentation: {
          id,
          summary,
          tag: 'Documentation',
          answers: { 200: { description: 'A page.', mediaType: 'text/html' } },
        },
        handle: () =>
          text(
            200,
            HTML,
            html,
            'Content-Security-Policy',
            CSP,
            'X-Content-Type-Options',
            'nosniff',
          ),
      },
    },
  };
}
