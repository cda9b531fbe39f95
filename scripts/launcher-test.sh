#!/usr/bin/env bash
# The launcher's own promises, in a copy of the project's skeleton with a Maven that only counts and hands out the real jar.
# shellcheck disable=SC2015 # `wrong` ends the script
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
# shellcheck source=/dev/null
. "$root/scripts/common.sh"
# shellcheck source=/dev/null
. "$root/scripts/build.sh"

wrong() {
    printf 'WRONG: %s\n' "$*" >&2
    exit 1
}
ok() { printf 'ok %s\n' "$*"; }

jar=$(program_jar) || wrong "no program yet: ./voice --help builds it"
bench_jar=$(program_jar bench) || wrong "no benchmarks yet: ./voice bench vad --help builds them"
sandbox=$(mktemp -d "${TMPDIR:-/tmp}/voice launcher.XXXXXX")
trap 'rm -rf "$sandbox"' EXIT
clone="$sandbox/a clone"
elsewhere="$sandbox/else where"
mkdir -p "$clone"/{native-src/src,voice-examples/src/{main,test},.mvn} "$elsewhere" "$sandbox/bin"
cp -r "$root/voice" "$root/scripts" "$clone"
touch "$clone"/{pom.xml,CMakeLists.txt,CMakePresets.json,voice-examples/pom.xml} \
    "$clone"/native-src/src/a{.cpp,_test.cpp} "$clone"/voice-examples/src/{main,test}/A.java
export COUNT="$sandbox/builds" JAR="$jar" BENCH_JAR="$bench_jar"
cat >"$sandbox/bin/mvn" <<'MVN'
#!/bin/sh
[ "$1" != -v ] || { echo "Apache Maven 3.9.0"; exit; }
[ ! -e "$COUNT.fail" ] || { echo "[ERROR] the compiler does not like it"; exit 1; }
echo built >>"$COUNT"
sleep 1
case "$*" in
    *benchmarks*) mkdir -p benchmarks/target && cp "$BENCH_JAR" benchmarks/target/voice-benchmarks-1-all.jar ;;
    *) mkdir -p voice-examples/target && cp "$JAR" voice-examples/target/voice-examples-1-all.jar ;;
esac
MVN
chmod +x "$sandbox/bin/mvn"
export PATH="$sandbox/bin:$PATH"
unset VOICE_FIXTURES VOICE_TEST_BARE VOICE_TEST_FUZZ VOICE_TEST_PYTHON VOICE_TEST_REDIS VOICE_TEST_PROMETHEUS
builds() { wc -l <"$COUNT"; }
voice() { "$clone/voice" "$@" 2>"$sandbox/stderr"; }
cd "$elsewhere"

"$clone/voice" --version >"$sandbox/one" 2>/dev/null &
first=$!
"$clone/voice" --version >"$sandbox/two" 2>/dev/null
wait "$first"
[ "$(builds)" = 1 ] || wrong "two launches at once built $(builds) times"
cmp -s "$sandbox/one" "$sandbox/two" && [ -s "$sandbox/one" ] || wrong "two launches at once differ"
ok "two launches at once build once, and both run"

start=$(now)
voice --version >/dev/null
[ "$(builds)" = 1 ] || wrong "the next launch built again"
[ ! -s "$sandbox/stderr" ] || wrong "the next launch said $(cat "$sandbox/stderr")"
(($(now) - start < 2000000000)) || wrong "the next launch took $(since "$start") s"
ok "the next launch starts at once: $(since "$start") s"

touch "$clone/native-src/src/a_test.cpp" "$clone/voice-examples/src/test/A.java"
voice --version >/dev/null
[ "$(builds)" = 1 ] || wrong "an edited test is built"
ok "an edited test is not built"

touch "$clone/voice-examples/src/main/A.java"
voice --version >/dev/null
[ "$(builds)" = 2 ] || wrong "an edited source is not built"
rm "$clone/native-src/src/a.cpp"
voice --version >/dev/null
[ "$(builds)" = 3 ] || wrong "a removed source is not noticed"
ok "an edited and a removed source are built"

voice say 'Good morning.' -o morning.wav
[ -s "$elsewhere/morning.wav" ] || wrong "a relative path of the caller is taken from elsewhere"
ln -s "$clone/voice" "$sandbox/bin/voice-by-link"
voice-by-link vad morning.wav 2>/dev/null | grep -q ',' || wrong "does not run through a link"
ok "relative paths are the caller's, and a link to the launcher works"

printf '[1' >schön.json
for charset in C POSIX; do
    code=0
    LC_ALL=$charset voice simulate schön.json >"$sandbox/stdout" || code=$?
    [ "$code" = 1 ] && grep -q 'schön.json: line 1' "$sandbox/stderr" || wrong "in $charset a name is lost: $(cat "$sandbox/stderr")"
done
cat >täst.json <<'SCENARIO'
{"user": [{"from": 0.5, "to": 1.5, "text": "héllo €", "sttDelay": 0.2}]}
SCENARIO
LC_ALL=C voice simulate täst.json >"$sandbox/stdout"
grep -q '"text":"héllo €"' "$sandbox/stdout" || wrong "outside a UTF-8 locale results are lost"
ok "file names and results are whole outside a UTF-8 locale"

code=0
voice simulate täst.json >/dev/full || code=$?
[ "$code" = 1 ] && [ "$(cat "$sandbox/stderr")" = "voice: stdout cannot be written: No space left on device" ] ||
    wrong "lost results: exit code $code, $(cat "$sandbox/stderr")"
ok "lost results are a failure"

code=0
voice nonsense >"$sandbox/stdout" || code=$?
[ "$code" = 2 ] && [ ! -s "$sandbox/stdout" ] || wrong "an unknown command: exit code $code"
code=0
voice test --nonsense >"$sandbox/stdout" || code=$?
[ "$code" = 2 ] && [ ! -s "$sandbox/stdout" ] || wrong "a wrong argument of test: exit code $code"
voice | grep -q demo || wrong "without arguments there is no help"
ok "wrong usage is exit code 2, and no arguments mean help"

before=$(builds)
voice bench --help | grep -q 'bench vad' && voice bench --help | grep -q 'bench tts' && voice bench --help | grep -q 'bench vocoder' || wrong "bench --help does not help"
voice help bench | grep -q 'bench vad' && voice help test | grep -q 'voice test' || wrong "help does not know bench or test"
code=0
voice bench nonsense >"$sandbox/stdout" || code=$?
[ "$code" = 2 ] && [ ! -s "$sandbox/stdout" ] && [ "$(wc -l <"$sandbox/stderr")" = 1 ] ||
    wrong "a wrong argument of bench: exit code $code, $(cat "$sandbox/stderr")"
[ "$(builds)" = "$before" ] || wrong "a wrong argument of bench builds"
code=0
voice bench vad --nonsense >"$sandbox/stdout" || code=$?
[ "$code" = 2 ] && [ ! -s "$sandbox/stdout" ] || wrong "a wrong option of bench vad: exit code $code"
[ "$(builds)" = $((before + 1)) ] || wrong "the benchmarks are not built when they are asked for"
code=0
voice bench vad --model "$elsewhere/none.onnx" >"$sandbox/stdout" || code=$?
[ "$code" = 1 ] && [ ! -s "$sandbox/stdout" ] && [ "$(wc -l <"$sandbox/stderr")" = 1 ] ||
    wrong "a missing model: exit code $code, $(cat "$sandbox/stderr")"
voice --version >/dev/null
[ "$(builds)" = $((before + 1)) ] || wrong "after the benchmarks the program is built again"
ok "the benchmarks are built when asked for, and wrong usage is exit code 2"

touch "$clone/pom.xml" "$COUNT.fail"
code=0
voice --version >"$sandbox/stdout" || code=$?
[ "$code" = 1 ] && [ ! -s "$sandbox/stdout" ] || wrong "a failed build: exit code $code"
grep -q 'the compiler does not like it' "$sandbox/stderr" || wrong "a failed build hides its reason"
grep -q 'build/launcher/build.log' "$sandbox/stderr" || wrong "a failed build does not name its log"
rm "$COUNT.fail"
voice --version >/dev/null || wrong "after a failed build nothing works"
ok "a failed build shows its reason and its log, and is tried again"

# A path with everything but the compiler's and Maven's tools, and someone who may not install any.
tools="$sandbox/tools"
mkdir "$tools"
for tool in bash env sh sed awk grep find sort sha1sum cut cat cp mv rm mkdir dirname basename readlink date tail wc head tr \
    sleep touch mktemp flock apt-get apt-cache uname cmake; do
    ln -s "$(command -v "$tool")" "$tools/$tool"
done
printf '#!/bin/sh\necho 1000\n' >"$tools/id"
chmod +x "$tools/id"
touch "$clone/pom.xml"
code=0
PATH=$tools voice --version >"$sandbox/stdout" || code=$?
[ "$code" = 1 ] && [ "$(wc -l <"$sandbox/stderr")" = 1 ] || wrong "missing tools: exit code $code, $(cat "$sandbox/stderr")"
grep -Eq 'sudo apt-get install -y .*maven g\+\+ ninja-build' "$sandbox/stderr" || wrong "missing tools: $(cat "$sandbox/stderr")"
ok "missing tools: $(cat "$sandbox/stderr")"
