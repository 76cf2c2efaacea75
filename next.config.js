/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // No page shows images, and a read-only file system has no place for a cache of them.
  images: { unoptimized: true, maximumDiskCacheSize: 0 },
  // Loaded from node_modules by both copies of lib, and traced as files rather than bundled.
  serverExternalPackages: ['ioredis', 'pino', 'pino-pretty'],
  // Checked by `npm run typecheck`, tests included; who starts the product should not wait for it.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: import.meta.dirname },
};
