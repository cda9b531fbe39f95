#!/usr/bin/env bash
# Builds the image of ops/container/Containerfile, and runs it as its first lines say: a user without rights, a root
# file system that cannot be written to, 64 MB of /tmp in which nothing can be executed, no network but its own.
#
#   scripts/container-test.sh [--check | JAR]         --check: only whether it can be tried here
#
# Exit 0: it is built and runs. 1: it does not. 2: cannot be tried here (not root, no buildah, no debootstrap, no package source).
# The base image is not fetched but made: this machine's distribution at its smallest with a Java runtime of jlink's.
# What buildah makes is in a folder of its own, gone at the end; packages are kept in build/bare-packages.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
# shellcheck source=/dev/null
. "$root/scripts/common.sh"
# shellcheck source=/dev/null
. "$root/scripts/build.sh"

cannot() {
    printf 'cannot run the container test: %s\n' "$*" >&2
    exit 2
}
wrong() {
    printf 'WRONG: %s\n' "$*" >&2
    exit 1
}
ok() { printf 'ok %s\n' "$*"; }

[ $# -le 1 ] || cannot "usage: $0 [--check | JAR]"
[ "$(id -u)" = 0 ] || cannot "it makes a root file system: run it as root"
for tool in buildah debootstrap curl ip; do
    command -v "$tool" >/dev/null || cannot "$tool is not installed: apt-get install -y buildah debootstrap curl iproute2"
done
unshare --mount --net --pid --fork true 2>/dev/null || cannot "this machine allows no namespaces (a container without CAP_SYS_ADMIN?)"
jdk=$(java_home_with jlink) || cannot "no JDK 17 or newer"
# shellcheck source=/dev/null
suite=${VOICE_BARE_SUITE:-$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")}
# shellcheck disable=SC2016 # apt expands these
mirror=${VOICE_BARE_MIRROR:-$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk -v suite="$suite" '$1 == suite && $2 == "main" { print $3; exit }')}
[ -n "${suite:+$mirror}" ] || cannot "no package source of this distribution: set VOICE_BARE_SUITE, VOICE_BARE_MIRROR"
[ "${1:-}" != --check ] || exit 0
jar=${1:-$(program_jar)} || cannot "no program yet: ./voice --help builds it"
[ -r "$jar" ] || cannot "no such file: $jar"

work=$(mktemp -d "${TMPDIR:-/tmp}/voice-container.XXXXXX")
chmod 755 "$work"
mounted=
# Whatever is mounted below it is in a namespace of its own; still, not one step beyond our file system.
trap '[ -z "$mounted" ] || image umount "$mounted" >/dev/null 2>&1; rm -rf --one-file-system "$work"' EXIT
trap 'exit 1' INT TERM

# Files in plain folders, and steps by chroot: this works within a container, too.
image() {
    STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot buildah --root "$work/storage" --runroot "$work/run" "$@"
}

echo "base image: $suite, the smallest, with Java $(java_version "$jdk")"
packages=$root/build/bare-packages
mkdir -p "$packages"
unshare --mount --propagation private debootstrap --variant=minbase --cache-dir="$packages" \
    "$suite" "$work/base" "$mirror" >"$packages/debootstrap.log" 2>&1 </dev/null || {
    tail -n 5 "$packages/debootstrap.log" >&2
    cannot "debootstrap failed: see $packages/debootstrap.log"
}
"$jdk/bin/jlink" --add-modules java.se,jdk.crypto.ec,jdk.management,jdk.unsupported --strip-debug --no-header-files --no-man-pages \
    --output "$work/base/opt/java"
ln -s /opt/java/bin/java "$work/base/usr/bin/java"
container=$(image from scratch)
image copy --quiet "$container" "$work/base" / >/dev/null
image commit --quiet "$container" localhost/voice-base >/dev/null
image rm "$container" >/dev/null
rm -rf --one-file-system "$work/base"

mkdir "$work/context"
cp "$root/ops/container/Containerfile" "$work/context/"
cp "$jar" "$work/context/voice.jar"
image bud --format docker --build-arg BASE=localhost/voice-base --tag duplex-voice "$work/context" >"$work/build.log" 2>&1 || {
    cat "$work/build.log" >&2
    wrong "the image cannot be built"
}
ok "built: $(grep -c '^STEP' "$work/build.log") steps"

container=$(image from --pull-never duplex-voice)
inspect() { image inspect --type image --format "{{.Docker.Config.$1}}" duplex-voice; }
user=$(inspect User)
[ "$user" = 10001:10001 ] || wrong "user: $user"
ok "runs as $user, $(inspect Entrypoint) $(inspect Cmd)"
mounted=$container
rootfs=$(image mount "$container")

# in_image CONFIG SCRIPT: as podman run with the options of the Containerfile's first lines does. The
# script has the image's network, and its files below $rootfs; "within" runs a command in it.
in_image() {
    # shellcheck disable=SC2016 # for the inner shell
    unshare --mount --net --pid --fork --propagation private env rootfs="$rootfs" config="$1" bash -euc '
        ip link set lo up
        mount --bind "$rootfs" "$rootfs"
        mount --bind "$config" "$rootfs/etc/duplex-voice/voice.yaml"
        mount -o remount,bind,ro "$rootfs"
        mount -t proc proc /proc
        mount -t proc proc "$rootfs/proc"
        mount --bind /dev "$rootfs/dev"
        mount -t tmpfs -o nosuid,nodev,noexec,size=64m,mode=1777 tmpfs "$rootfs/tmp"
        within() { chroot --userspec=10001:10001 --groups=10001 "$rootfs" /usr/bin/env -i -C /tmp PATH=/usr/bin:/bin "$@"; }
        '"$2"
}

flags=$(image inspect --type image --format '{{range .Docker.Config.Env}}{{println .}}{{end}}' duplex-voice | sed -n 's/^JAVA_TOOL_OPTIONS=//p')
[ -n "$flags" ] || wrong "the image has no JAVA_TOOL_OPTIONS"
health=$(image inspect --type image --format '{{index .Docker.Config.Healthcheck.Test 3}}' duplex-voice)
export flags health
started=$(image inspect --type image --format '{{range .Docker.Config.Entrypoint}}{{println .}}{{end}}{{range .Docker.Config.Cmd}}{{println .}}{{end}}' duplex-voice | tr '\n' ' ')
export started

# What is in it unless another file is mounted over it.
cp "$rootfs/etc/duplex-voice/voice.yaml" "$work/own.yaml"
code=0
# shellcheck disable=SC2016 # for the inner shell
in_image "$work/own.yaml" 'within JAVA_TOOL_OPTIONS="$flags" $started' >"$work/own.log" 2>&1 || code=$?
if [ "$code" != 2 ] || ! grep -q 'nobody needs a token' "$work/own.log"; then
    wrong "without a configuration: exit code $code: $(cat "$work/own.log")"
fi
ok "without a configuration: $(grep '^voice: ' "$work/own.log")"

printf 'server: {host: 0.0.0.0, drain: 1s}\nsecurity.tokens.shop.env: SHOP_TOKEN\n' >"$work/voice.yaml"
code=0
# shellcheck disable=SC2016 # for the inner shell
in_image "$work/voice.yaml" '
    healthy() { within bash -c "$health"; }
    ! healthy 2>/dev/null || { echo "healthy before it is started"; exit 1; }
    within SHOP_TOKEN=token-of-24-characters-1 JAVA_TOOL_OPTIONS="$flags" $started &
    for try in $(seq 120); do
        ! healthy 2>/dev/null || break
        sleep 0.5
    done
    healthy || { echo "not healthy"; exit 1; }
    curl -sS --max-time 30 -o "$rootfs/tmp/morning.wav" -w "spoken: %{http_code} %{size_download}\n" \
        -H "Authorization: Bearer token-of-24-characters-1" -H "Content-Type: application/json" \
        -d "{\"text\": \"Good morning.\"}" http://127.0.0.1:8080/api/v1/tts
    echo "without a token: $(curl -sS --max-time 30 -o "$rootfs/tmp/refused" -w "%{http_code}" -X POST http://127.0.0.1:8080/api/v1/tts)"
    java=$(pgrep -x java)
    echo "user: $(stat -c %u:%g /proc/$java)"
    kill -TERM "$java"
    wait $! || { echo "exit code $?"; exit 1; }
    echo ended' >"$work/run.log" 2>&1 || code=$?
[ "$code" = 0 ] || wrong "exit code $code: $(cat "$work/run.log")"
grep -Eq '^spoken: 200 [0-9]{5,}$' "$work/run.log" || wrong "no speech: $(cat "$work/run.log")"
grep -q '^without a token: 401$' "$work/run.log" || wrong "open to everybody: $(cat "$work/run.log")"
grep -q '^user: 10001:10001$' "$work/run.log" || wrong "the user: $(cat "$work/run.log")"
grep -q '^ended$' "$work/run.log" || wrong "it does not end: $(cat "$work/run.log")"
ok "$(grep '^spoken' "$work/run.log"); healthy, refuses who has no token, ends with 0"
