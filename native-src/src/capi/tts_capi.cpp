#include <algorithm>
#include <string>
#include <string_view>

#include "capi/call.h"
#include "tts/flite_voices.h"
#include "tts/speech_stream.h"

using voice::capi::call;
using voice::capi::options_or;
using voice::capi::reject;
using voice::capi::require;
using voice::tts::FliteVoice;
using voice::tts::SpeechStream;

struct voice_tts {
    const FliteVoice *voice; // lives as long as the process
};

struct voice_tts_stream {
    SpeechStream stream;
};

uint32_t voice_tts_voice_count(void) {
    return static_cast<uint32_t>(voice::tts::voice_count());
}

const char *voice_tts_voice_name(uint32_t index) {
    return voice::tts::voice_name(index);
}

int voice_tts_open(const char *voice, voice_tts **tts) {
    return call([&] {
        require(tts, "tts");
        *tts = nullptr;
        require(voice, "voice");
        const FliteVoice *found = voice::tts::find_voice(voice);
        if (found == nullptr) {
            std::string message = std::string("voice=\"") + voice + "\": there is no such embedded voice; choose";
            for (size_t i = 0; i < voice::tts::voice_count(); i++) {
                message += std::string(i == 0 ? " " : ", ") + voice::tts::voice_name(i);
            }
            throw voice::Error(VOICE_ERROR_NOT_FOUND, message);
        }
        *tts = new voice_tts{found};
        return VOICE_OK;
    });
}

uint32_t voice_tts_sample_rate(const voice_tts *tts) {
    return tts == nullptr ? 0 : tts->voice->sample_rate;
}

int voice_tts_start(const voice_tts *tts, const char *text, size_t text_bytes, const voice_tts_options *options,
                    voice_tts_stream **stream) {
    return call([&] {
        require(stream, "stream");
        *stream = nullptr;
        require(tts, "tts");
        if (text_bytes > 0) {
            require(text, "text");
        }
        const voice_tts_options chosen = options_or(options, VOICE_TTS_OPTIONS_INIT);
        const std::string_view view = text_bytes == 0 ? std::string_view() : std::string_view(text, text_bytes);
        *stream = new voice_tts_stream{SpeechStream(*tts->voice, view, {chosen.rate, chosen.pitch})};
        return VOICE_OK;
    });
}

int voice_tts_stream_next(voice_tts_stream *stream, int16_t *buffer, uint32_t capacity, uint32_t *samples) {
    return call([&] {
        require(stream, "stream");
        require(samples, "samples");
        *samples = 0;
        require(buffer, "buffer");
        if (capacity == 0) {
            reject("capacity=0: the buffer must hold a sample");
        }
        return stream->stream.next(buffer, capacity, samples);
    });
}

int voice_tts_stream_words(voice_tts_stream *stream, voice_tts_word *words, uint32_t capacity, uint32_t *count) {
    return call([&] {
        require(stream, "stream");
        require(count, "count");
        if (capacity > 0) {
            require(words, "words");
        }
        const std::vector<voice_tts_word> &known = stream->stream.words();
        std::copy_n(known.begin(), std::min<size_t>(capacity, known.size()), words);
        *count = static_cast<uint32_t>(known.size());
        return VOICE_OK;
    });
}

int voice_tts_stream_cancel(voice_tts_stream *stream) {
    return call([&] {
        require(stream, "stream");
        stream->stream.cancel();
        return VOICE_OK;
    });
}

void voice_tts_stream_close(voice_tts_stream *stream) {
    delete stream;
}

void voice_tts_close(voice_tts *tts) {
    delete tts;
}
