# A static binary and nothing else: no shell, no libc, no package that ages.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
# The same flags as `make build`: the same source gives the same bytes.
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false \
    -ldflags "-s -w -buildid= -X main.release=${VERSION}" -o /firstsign ./cmd/firstsign

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /firstsign /firstsign
# Any user that is not root will do; nothing is written to disk.
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/firstsign"]
CMD ["run", "--config", "/etc/firstsign"]
