# syntax=docker/dockerfile:1

# Node.js 24 is supported until April 2028; trixie is Debian's stable release.
FROM node:24-trixie-slim AS node
WORKDIR /app

FROM node AS packages
COPY package.json package-lock.json ./

FROM packages AS build
RUN --mount=type=cache,target=/root/.npm npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && rm -rf .next/cache dist/*.map dist/chunks/*.map

# The optional packages are Next's compiler and its image optimizer, which serve no request here.
FROM packages AS production
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

# All code belongs to root, so the server can't change itself.
FROM node
ENV NODE_ENV=production
COPY --from=production /app/node_modules ./node_modules
COPY package.json next.config.js ./
COPY lua ./lua
COPY lib/policy/postgres/migrations ./lib/policy/postgres/migrations
COPY --from=build /app/public ./public
COPY --from=build /app/.next ./.next
COPY --from=build /app/dist ./dist
# The one place that is written to: the configuration file, and .floodgate beside it. With
# DATABASE_URL only the last known configuration, which a start without the database begins from.
RUN install --directory --owner node --group node --mode 700 /data
ENV FLOODGATE_CONFIG=/data/floodgate.config.json
VOLUME /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Without npm or a shell between, SIGTERM reaches the server, which drains and exits.
CMD ["node", "dist/server.mjs"]
