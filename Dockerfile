# syntax=docker/dockerfile:1

# Duban in an image of its own: one static binary on Alpine.
#
#   docker build --tag duban .
#
# The first build compiles the embedded Temporal server too and takes minutes.
FROM golang:1.26.8 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
# timetzdata: due dates end at midnight in the plan's zone, so the zones must be
# there whatever the image below holds.
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -tags timetzdata -o /duban ./cmd/duban

FROM alpine:3.24.1
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /duban /usr/local/bin/duban
RUN adduser -D -u 10001 duban && install -d -o duban -g duban -m 700 /data
USER duban
WORKDIR /data
VOLUME /data
ENV DUBAN_DATA=/data DUBAN_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD wget -q -O /dev/null http://127.0.0.1:8080/readyz
ENTRYPOINT ["/usr/local/bin/duban"]
CMD ["serve"]
