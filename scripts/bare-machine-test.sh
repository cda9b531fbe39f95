#!/usr/bin/env bash
# Shows that the program needs nothing but a Java runtime, glibc and libstdc++: it runs in a root file system that has
# nothing else, without network, as a user without rights.
#
#   scripts/bare-machine-test.sh [--check | JAR]      --check: only whether it can be tried here
#
# Exit 0: it runs. 1: it does not. 2: cannot be tried here (not root, no debootstrap, no package source).
# The file system is this machine's distribution at its smallest, from this machine's package source (another one:
# VOICE_BARE_SUITE, VOICE_BARE_MIRROR); packages are kept in build/bare-packages. The runtime is made with jlink.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
# shellcheck source=/dev/null
. "$root/scripts/common.sh"
# shellcheck source=/dev/null
. "$root/scripts/build.sh"

cannot() {
    printf 'cannot run the bare-machine test: %s\n' "$*" >&2
    exit 2
}
wrong() {
    printf 'WRONG: %s\n' "$*" >&2
    exit 1
}
ok() { printf 'ok %s\n' "$*"; }

[ $# -le 1 ] || cannot "usage: $0 [--check | JAR]"
[ "$(id -u)" = 0 ] || cannot "it makes a root file system: run it as root"
command -v debootstrap >/dev/null || cannot "debootstrap is not installed: apt-get install -y debootstrap"
unshare --mount --net true 2>/dev/null || cannot "this machine allows no mount namespaces (a container without CAP_SYS_ADMIN?)"
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

bare=$(mktemp -d "${TMPDIR:-/tmp}/voice-bare.XXXXXX")
chmod 755 "$bare" # the user without rights starts here
# Whatever is mounted below is mounted in namespaces of its own and gone with them; still, not one step beyond our file system.
trap 'rm -rf --one-file-system "$bare"' EXIT
trap 'exit 1' INT TERM

# in_bare COMMAND…: as nobody, with a /proc, without network and without this machine's environment.
in_bare() {
    # shellcheck disable=SC2016 # for the inner shell
    unshare --mount --net --propagation private sh -euc '
        bare=$1
        shift
        mount -t proc proc "$bare/proc"
        mount --bind /dev "$bare/dev"
        exec chroot --userspec=65534:65534 "$bare" "$@"' sh \
        "$bare" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/home/bare LANG=C.UTF-8 "$@"
}

echo "root file system: $suite, the smallest, in $bare"
packages=$root/build/bare-packages
mkdir -p "$packages"
if ! unshare --mount --propagation private debootstrap --variant=minbase --cache-dir="$packages" \
    "$suite" "$bare" "$mirror" >"$packages/debootstrap.log" 2>&1 </dev/null; then
    tail -n 5 "$packages/debootstrap.log" >&2
    cannot "debootstrap failed: see $packages/debootstrap.log"
fi

modules=java.base,java.logging,java.management,java.naming,java.xml,jdk.unsupported
echo "Java runtime: Java $(java_version "$jdk") with $modules"
"$jdk/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --output "$bare/opt/java"
cp "$jar" "$bare/opt/voice.jar"
install -d -o 65534 -g 65534 "$bare/home/bare"

foreign=$(find "$bare" -xdev \( -name '*flite*' -o -name '*speex*' -o -name '*asound*' \) ! -path "$bare/var/lib/apt/*")
[ -z "$foreign" ] || wrong "not bare: $foreign"
ok "no flite, SpeexDSP or libasound in there"

voice() { in_bare /opt/java/bin/java -jar /opt/voice.jar "$@"; }
work=$bare/home/bare

voice --version >"$work/version.txt" || wrong "--version: exit code $?"
ok "starts: $(cat "$work/version.txt")"

voice say 'The quick brown fox jumps over the lazy dog.' -o /home/bare/fox.wav --json >"$work/say.json" ||
    wrong "say: exit code $?"
grep -q '"first_audio_ms":' "$work/say.json" || wrong "say: $(cat "$work/say.json")"
bytes=$(stat -c %s "$work/fox.wav")
((bytes > 32000)) || wrong "say: a WAV of $bytes bytes"
ok "say: $(cat "$work/say.json")"

voice vad /home/bare/fox.wav >"$work/vad.csv" || wrong "vad: exit code $?"
grep -Eq '^[0-9]+,[0-9]+$' "$work/vad.csv" || wrong "vad: no speech found: $(cat "$work/vad.csv")"
ok "vad: $(tail -n +2 "$work/vad.csv" | tr '\n' ' ')"

voice converse /home/bare/fox.wav --clock virtual -o /home/bare/both.wav --events /home/bare/events.jsonl 2>"$work/converse.log" ||
    wrong "converse: exit code $?: $(cat "$work/converse.log")"
for type in speech_started first_audio reply_finished closed; do
    grep -q "\"type\":\"$type\"" "$work/events.jsonl" || wrong "converse: no event $type in $(cat "$work/events.jsonl")"
done
ok "converse: $(wc -l <"$work/events.jsonl") events"

voice demo --input /home/bare/fox.wav --out /home/bare/demo >"$work/demo.log" 2>&1 ||
    wrong "demo: exit code $?: $(cat "$work/demo.log")"
for file in report.html conversation.wav events.jsonl; do
    [ -s "$work/demo/$file" ] || wrong "demo: no $file"
done
ok "demo: report.html of $(stat -c %s "$work/demo/report.html") bytes"
