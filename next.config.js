/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // Loaded from node_modules by both copies of lib, and traced as files rather than bundled.
  serverExternalPackages: ['ioredis', 'pino', 'pino-pretty'],
  turbopack: { root: import.meta.dirname },
};
