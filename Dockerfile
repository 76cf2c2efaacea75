# syntax=docker/dockerfile:1

# Node.js 24 is supported until April 2028; trixie is Debian's stable release.
FROM node:24-trixie-slim AS node
WORKDIR /app

FROM node AS packages
COPY package.json package-lock.json ./

FROM packages AS build
RUN --mount=type=cache,target=/root/.npm npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && rm -rf .next/cache dist/server.mjs.map

# The optional packages are Next's compiler and its image optimizer, which serve no request here.
FROM packages AS production
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

# Everything belongs to root, so the server can't change itself.
FROM node
ENV NODE_ENV=production
COPY --from=production /app/node_modules ./node_modules
COPY package.json next.config.js ./
COPY lua ./lua
COPY --from=build /app/public ./public
COPY --from=build /app/.next ./.next
COPY --from=build /app/dist ./dist
USER node
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Without npm or a shell between, SIGTERM reaches the server, which drains and exits.
CMD ["node", "dist/server.mjs"]
