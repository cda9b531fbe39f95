// No growth of memory from utterance to utterance. VOICE_TTS_UTTERANCES says how many; with a sanitizer, whose allocator keeps
// what was freed, only the leak check at the end of the process counts.
#include <malloc.h>

#include <cstdlib>
#include <fstream>
#include <unistd.h>

#include "testing/pronounced.h"
#include "testing/speech.h"

using namespace voice::testing;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool counts_memory = false;
constexpr int default_utterances = 40;
#else
constexpr bool counts_memory = true;
constexpr int default_utterances = 1000;
#endif

int utterances() {
    const char *text = std::getenv("VOICE_TTS_UTTERANCES");
    return text == nullptr ? default_utterances : std::atoi(text);
}

struct Memory {
    int64_t allocated; // by all threads, not freed
    int64_t resident;  // of the process
};

Memory memory() {
    const struct mallinfo2 info = mallinfo2();
    std::ifstream statm("/proc/self/statm");
    int64_t pages = 0;
    statm >> pages >> pages;
    return {static_cast<int64_t>(info.uordblks + info.hblkhd), pages * sysconf(_SC_PAGESIZE)};
}

void speak(const Tts &tts, int i) {
    const std::string text = "Item " + std::to_string(i % 100) + ".";
    const Stream stream = start(tts, text);
    int16_t buffer[320];
    uint32_t samples = 0;
    int chunks = 0;
    // One in eight is given up after its first chunks, as when a caller interrupts.
    while (voice_tts_stream_next(stream.get(), buffer, 320, &samples) == VOICE_OK && (i % 8 != 0 || chunks < 3)) {
        chunks++;
    }
    REQUIRE(chunks >= 3);
    REQUIRE(words_of(stream).size() == 2);
    REQUIRE(pronounced(text).words.size() >= 2);
}

} // namespace

TEST_CASE("shouldNotGrowFromUtteranceToUtterance") {
    const Tts voices[] = {open_voice("rms"), open_voice("slt"), open_voice("awb"), open_voice("kal16")};
    const int count = utterances();
    const int warm_up = count / 10;
    Memory before = {};
    for (int i = 0; i < count; i++) {
        if (i == warm_up) {
            before = memory();
        }
        speak(voices[i % 4], i);
    }
    const Memory after = memory();
    MESSAGE(count << " utterances, from the " << warm_up << "th on: allocated " << (after.allocated - before.allocated)
                  << " bytes more (" << after.allocated << "), resident " << (after.resident - before.resident) / 1024
                  << " KiB more (" << after.resident / 1024 << " KiB)");
    if (counts_memory) {
        // A leak of one item of flite's (some 50 bytes) an utterance would be more.
        CHECK(after.allocated - before.allocated < 16 * (count - warm_up));
        CHECK(after.resident - before.resident < 4 << 20);
    }
}
