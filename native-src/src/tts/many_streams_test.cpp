// Fifty streams at once, read by two threads, against the same streams read one by one.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

#include "testing/speech.h"

using namespace voice::testing;

namespace {

constexpr size_t stream_count = 50;
constexpr size_t frame = 320; // 20 ms

struct Request {
    const char *voice;
    std::string text;
    voice_tts_options prosody;
};

struct Speech {
    std::vector<int16_t> audio;
    std::vector<voice_tts_word> words;
};

std::vector<Request> requests() {
    const char *voices[] = {"rms", "slt", "awb", "kal16"};
    const char *clauses[] = {"Your order will arrive on the 3rd of May, at 10:30.", "Please hold the line.",
                             "That costs $12.50, and Dr. Jones has paid it.", "I am sorry, could you say that again?"};
    std::vector<Request> list;
    for (size_t i = 0; i < stream_count; i++) {
        const float step = static_cast<float>(i % 5) * 0.2f;
        list.push_back({voices[i % 4], clauses[i / 4 % 4] + (" This is caller " + std::to_string(i) + "."),
                        prosody(0.6f + step, 1.4f - step)});
    }
    return list;
}

voice_tts_stream *open(const Request &request) {
    voice_tts *tts = nullptr;
    voice_tts_stream *stream = nullptr;
    voice_tts_open(request.voice, &tts);
    voice_tts_start(tts, request.text.data(), request.text.size(), &request.prosody, &stream);
    voice_tts_close(tts);
    return stream;
}

/* Reads one chunk; false at the end. No doctest macros: it runs on several threads. */
bool read_chunk(voice_tts_stream *stream, Speech &speech) {
    int16_t buffer[frame];
    uint32_t samples = 0;
    if (voice_tts_stream_next(stream, buffer, frame, &samples) == VOICE_OK) {
        speech.audio.insert(speech.audio.end(), buffer, buffer + samples);
        return true;
    }
    uint32_t count = 0;
    voice_tts_stream_words(stream, nullptr, 0, &count);
    speech.words.resize(count);
    voice_tts_stream_words(stream, speech.words.data(), count, &count);
    return false;
}

/* Streams first, first + step, ... a chunk of each in turn. */
void read_in_turn(std::vector<voice_tts_stream *> streams, std::vector<Speech> &speeches, size_t first, size_t step) {
    for (bool going = true; going;) {
        going = false;
        for (size_t i = first; i < streams.size(); i += step) {
            if (streams[i] != nullptr) {
                if (!read_chunk(streams[i], speeches[i])) {
                    voice_tts_stream_close(streams[i]);
                    streams[i] = nullptr;
                }
                going = true;
            }
        }
    }
}

double level(const std::vector<int16_t> &audio, size_t begin) {
    double sum = 0;
    for (size_t i = begin; i < begin + frame; i++) {
        sum += std::pow(audio[i], 2);
    }
    return std::sqrt(sum / frame);
}

/* How far two texts of equal length differ in level, frame by frame, as a share of the level. */
double difference(const std::vector<int16_t> &a, const std::vector<int16_t> &b) {
    double apart = 0;
    double total = 0;
    for (size_t begin = 0; begin + frame <= a.size(); begin += frame) {
        apart += std::abs(level(a, begin) - level(b, begin));
        total += level(a, begin) + level(b, begin);
    }
    return apart / total;
}

bool same_words(const std::vector<voice_tts_word> &a, const std::vector<voice_tts_word> &b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const voice_tts_word &x, const voice_tts_word &y) {
        return x.start_sample == y.start_sample && x.end_sample == y.end_sample && x.text_begin == y.text_begin &&
               x.text_end == y.text_end;
    });
}

} // namespace

TEST_CASE("shouldSpeakFiftyStreamsAtOnceAsItSpeaksEachAlone") {
    const std::vector<Request> list = requests();
    std::vector<Speech> alone(list.size());
    for (size_t i = 0; i < list.size(); i++) {
        voice_tts_stream *stream = open(list[i]);
        REQUIRE(stream != nullptr);
        while (read_chunk(stream, alone[i])) {
        }
        voice_tts_stream_close(stream);
    }

    std::vector<voice_tts_stream *> streams;
    for (const Request &request : list) {
        streams.push_back(open(request));
    }
    std::vector<Speech> together(list.size());
    std::vector<std::thread> threads;
    for (size_t t = 0; t < 2; t++) {
        threads.emplace_back([&, t] { read_in_turn(streams, together, t, 2); });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }

    double most = 0;
    double least_between_texts = 1;
    for (size_t i = 0; i < list.size(); i++) {
        CAPTURE(i);
        CAPTURE(list[i].text);
        CHECK(alone[i].audio.size() > 16000);
        REQUIRE(together[i].audio.size() == alone[i].audio.size());
        CHECK(together[i].words.size() >= 8);
        CHECK(same_words(together[i].words, alone[i].words));
        if (list[i].voice == std::string("kal16")) {
            const bool same = together[i].audio == alone[i].audio; // no noise in it
            CHECK(same);
        } else {
            most = std::max(most, difference(together[i].audio, alone[i].audio));
        }
        // What the bound is worth: another stream's audio is far from it.
        std::vector<int16_t> other = alone[(i + 1) % list.size()].audio;
        other.resize(alone[i].audio.size());
        least_between_texts = std::min(least_between_texts, difference(other, alone[i].audio));
    }
    MESSAGE("levels differ by " << most * 100 << " % at most; of two different streams by "
                                << least_between_texts * 100 << " % at least");
    CHECK(most < 0.05);
    CHECK(least_between_texts > 0.2);
}
