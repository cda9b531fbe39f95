// One utterance pushed by flite, chunk by chunk. Counts, not times: a chunk is handed over before the next is computed.
#include "tts/flite_utterance.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace voice::tts;

namespace {

const std::vector<Token> clause = tokenize(to_speech_text("Welcome to the realtime duplex voice demo."));

void speak(const std::string &voice, const ChunkSink &sink) {
    synthesize(*find_voice(voice), {}, clause.data(), clause.size(), sink);
}

} // namespace

TEST_CASE("shouldHandAChunkOverBeforeTheNextIsComputed") {
    for (const char *voice : {"rms", "slt", "awb", "kal16"}) {
        CAPTURE(voice);
        int chunks = 0;
        int64_t done = 0;
        int64_t ahead = 0; // samples behind the chunk that are not silent yet
        speak(voice, [&](const Timing &timing, const int16_t *samples, size_t count) {
            chunks++;
            done += static_cast<int64_t>(count);
            // flite computes into the wave of the whole utterance, which begins as silence.
            ahead += std::count_if(samples + count, samples + count + (timing.samples - done),
                                   [](int16_t sample) { return sample != 0; });
            return true;
        });
        CHECK(chunks > 100);
        CHECK(done > 2 * 16000);
        CHECK(ahead == 0);
    }
}

TEST_CASE("shouldComputeNoFurtherChunkWhenToldToStop") {
    for (const char *voice : {"rms", "slt", "awb", "kal16"}) {
        for (int stop_at : {1, 2, 10}) {
            CAPTURE(voice);
            int chunks = 0;
            speak(voice, [&](const Timing &, const int16_t *, size_t) { return ++chunks < stop_at; });
            CHECK(chunks == stop_at);
        }
    }
}

TEST_CASE("shouldKnowTheWordsAndTheLengthWithTheFirstChunk") {
    for (const char *voice : {"rms", "slt", "awb", "kal16"}) {
        CAPTURE(voice);
        Timing first;
        int64_t done = 0;
        speak(voice, [&](const Timing &timing, const int16_t *, size_t count) {
            if (done == 0) {
                first = timing;
            }
            done += static_cast<int64_t>(count);
            return true;
        });
        CHECK(first.words.size() == 7);
        CHECK(first.samples == done);
        CHECK(first.words.back().end_sample <= done);
    }
}
