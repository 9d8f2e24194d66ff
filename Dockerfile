# The server and nothing else: no shell, no package manager, not root.
#
#   docker build -t signet .
#   docker run -p 127.0.0.1:8080:8080 -v signet-data:/var/lib/signet/data -v signet-keys:/var/lib/signet/keys signet
#
# tests/packaging holds this file to what it says, because not every machine that builds Signet has a container engine.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
# What the image is made of; .dockerignore lets in nothing else.
COPY Cargo.toml Cargo.lock ./
COPY crates crates
COPY migrations migrations
# A member of the workspace, which cargo wants to see; it is not built.
COPY benches/load benches/load
COPY src src
# The caches outlive the step, so the binary is taken out of them in the same one.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --locked --profile image --all-features --bin signet \
    && install -D -m 0755 target/image/signet /image/usr/local/bin/signet
# Folders for the volumes, which take over their owner: the final image has no shell to make them with.
RUN install -d -m 0700 /image/var/lib/signet/data /image/var/lib/signet/keys

# glibc, libgcc and the public root certificates: all that the binary needs of a system.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /image/usr/ /usr/
COPY --from=build --chown=65532:65532 /image/var/lib/signet/ /var/lib/signet/
COPY LICENSE /usr/share/doc/signet/LICENSE
# By number, so that an orchestrator can see that it isn't root.
USER 65532:65532
# The defaults `sqlite://data/signet.db` and `keys` lie below it. Keep a backup of the two volumes apart from each other:
# together they are everything, either alone is worth nothing to a thief.
WORKDIR /var/lib/signet
VOLUME ["/var/lib/signet/data", "/var/lib/signet/keys"]
# Reachable from outside the container; the URL is the one that the command above publishes. Set your own.
ENV SIGNET_SERVER__LISTEN=0.0.0.0:8080 SIGNET_SERVER__PUBLIC_URL=http://localhost:8080
EXPOSE 8080
# There is no curl here; the binary asks its own readiness.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["signet", "health"]
ENTRYPOINT ["signet"]
CMD ["serve"]
