# syntax=docker/dockerfile:1
# One architecture per image: only that CPU's engine binary is installed. glibc is required (no Alpine).

FROM node:26-bookworm-slim AS install
ARG TARGETARCH
WORKDIR /app
COPY package.json package-lock.json ./
# --omit=optional leaves out every platform's engine binary; the one of this image is put back by name.
RUN npm ci --omit=dev --omit=optional --ignore-scripts \
 && case "$TARGETARCH" in amd64|"") backend=linux-x64 ;; arm64) backend=linux-arm64 ;; *) echo "unsupported architecture $TARGETARCH" >&2; exit 1 ;; esac \
 && version=$(node -p "require('./node_modules/node-llama-cpp/package.json').version") \
 && npm install --no-save --omit=dev --omit=optional --ignore-scripts "@node-llama-cpp/$backend@$version"

FROM node:26-bookworm-slim
WORKDIR /app
ENV STILLROOM_DATA=/data
COPY --from=install /app/node_modules node_modules
COPY package.json LICENSE ./
COPY bin bin
COPY server server
COPY policies policies
COPY models models
COPY web/dist web/dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.STILLROOM_PORT || 8080) + '/health/ready').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/stillroom.mjs"]
CMD ["start"]
