#!/bin/sh
# Installs the relay under systemd: as root, `sh relay/deploy/install.sh PROGRAM`. It can be run again after a change: it keeps
# the variables and the secrets that are there. ROOT is another folder than / to install into, such as one of an image.
set -eu
program=$1
here=$(dirname "$0")
root=${ROOT-}
etc=$root/etc/ais-relay

if [ -z "$root" ] && ! getent passwd ais-relay >/dev/null; then
    useradd --system --user-group --no-create-home --shell /usr/sbin/nologin ais-relay
fi
install -D -m 0755 "$program" "$root/usr/local/bin/ais-relay"
install -D -m 0644 "$here/ais-relay.service" "$root/etc/systemd/system/ais-relay.service"
mkdir -p "$etc"
if [ ! -e "$etc/ais-relay.env" ]; then
    install -m 0644 "$here/ais-relay.env" "$etc/ais-relay.env"
fi
umask 077
if [ ! -e "$etc/store-key" ]; then
    head -c 32 /dev/urandom | base64 >"$etc/store-key"
fi
if [ ! -e "$etc/client-secret" ]; then
    printf 'Put the secret of the application in the developer portal into %s.\n' "$etc/client-secret"
    : >"$etc/client-secret"
fi
# The relay may read its secrets, and not change them.
chmod 0640 "$etc/store-key" "$etc/client-secret"
if [ -z "$root" ]; then
    chown root:ais-relay "$etc/store-key" "$etc/client-secret"
    systemctl daemon-reload
    printf 'Fill in %s, then start it: systemctl enable --now ais-relay\n' "$etc/ais-relay.env"
fi
