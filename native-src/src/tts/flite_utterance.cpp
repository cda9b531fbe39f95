#include "tts/flite_utterance.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <numeric>

#include "base/error.h"
#include "tts/flite.h"
#include "tts/token_utterance.h"

/*
 * Formulas and orders of calls are those of flite 2.2: cst_synth.c (modules), cst_cg.c and cst_mlsa.c (clustergen
 * voices), cst_diphone.c and cst_sigpr.c (kal16).
 *
 * flite reports misuse through cst_error(), which ends the process; its escape (cst_errjmp) is one global for all
 * threads and of no use here. So nothing may get that far. What calls it while an utterance is synthesised, read in
 * flite 2.2:
 *
 * - utt_relation, val_string and their kin on something missing: every token carries all features that the English text
 *   analysis asks for, and the relations are made by flite's own modules in its own order.
 * - val_cdr of an empty list in us_text.c add_break(): only for telephone numbers without digits, which the regular
 *   expressions in front of it exclude.
 * - cst_cart, cst_mlpg, cst_units: inconsistent voice data; ours is embedded and consistent.
 * - out of memory.
 *
 * us_text.c also reads beyond its tables of number words when it is given "1'234", "1,,5kg" or "$1,5.125"; the
 * tokenizer does not let those through.
 */
namespace voice::tts {

namespace {

constexpr int chunk_samples = 320;      // 20 ms
constexpr double frame_seconds = 0.005; // clustergen's frame advance

/* What the streaming callback needs; C code stands between it and synthesize(). */
struct Run {
    const FliteVoice &voice;
    const Token *tokens;
    const ChunkSink &sink;
    int samples_per_frame; // of a clustergen voice
    bool timed = false;
    Timing timing;
    std::exception_ptr failure;
};

// Seconds to samples. A clustergen voice renders frames, which a pitch other than 1 makes longer or shorter.
int64_t to_samples(const Run &run, double seconds) {
    if (run.voice.clustergen == nullptr) {
        return std::llround(seconds * run.voice.sample_rate);
    }
    return std::llround(seconds / frame_seconds * run.samples_per_frame);
}

double segment_end(const cst_item *segment) {
    return item_feat_present(segment, "end") ? item_feat_float(segment, "end") : 0.0;
}

/* The span of the segments below the words of a token; empty if it has none (a word without phones). */
struct Span {
    double begin = 0;
    double end = -1;
};

Span span_of(const cst_item *token) {
    Span span;
    for (cst_item *word = item_daughter(token); word != nullptr; word = item_next(word)) {
        for (cst_item *syllable = item_daughter(item_as(word, "SylStructure")); syllable != nullptr;
             syllable = item_next(syllable)) {
            for (cst_item *s = item_daughter(syllable); s != nullptr; s = item_next(s)) {
                const cst_item *segment = item_as(s, "Segment");
                const cst_item *before = segment == nullptr ? nullptr : item_prev(segment);
                if (segment == nullptr) {
                    continue;
                }
                if (span.end < 0) {
                    span.begin = before == nullptr ? 0.0 : segment_end(before);
                }
                span.end = std::max(span.end, segment_end(segment));
            }
        }
    }
    return span;
}

// The wave is as long as what may come; it is cut at the end, when all has been handed over.
int64_t samples_of(const Run &run, const cst_utterance *utterance, const cst_wave *wave) {
    if (run.voice.clustergen != nullptr) {
        return wave->num_samples - run.samples_per_frame; // the first frame only sets the filter up
    }
    // The units of a diphone voice end in the middle of the closing pause.
    const cst_lpcres *periods = val_lpcres(utt_feat_val(utterance, "target_lpcres"));
    return std::accumulate(periods->sizes, periods->sizes + periods->num_frames, int64_t{0});
}

Timing read_timing(const Run &run, const cst_utterance *utterance, const cst_wave *wave) {
    Timing timing;
    timing.samples = samples_of(run, utterance, wave);
    int64_t previous_end = 0;
    const Token *token = run.tokens;
    for (cst_item *item = relation_head(utt_relation(utterance, "Token")); item != nullptr;
         item = item_next(item), token++) {
        const Span span = span_of(item);
        if (span.end < 0) {
            continue;
        }
        voice_tts_word word = {};
        word.start_sample = std::clamp(to_samples(run, span.begin), previous_end, timing.samples);
        word.end_sample = std::clamp(to_samples(run, span.end), word.start_sample, timing.samples);
        word.text_begin = token->source.begin;
        word.text_end = token->source.end;
        previous_end = word.end_sample;
        timing.words.push_back(word);
    }
    return timing;
}

int on_chunk(const cst_wave *wave, int start, int size, int /* last */, cst_audio_streaming_info *info) {
    Run &run = *static_cast<Run *>(info->userdata);
    try {
        if (!run.timed) {
            run.timing = read_timing(run, info->utt, wave);
            run.timed = true;
        }
        if (size <= 0) {
            return CST_AUDIO_STREAM_CONT;
        }
        const bool go_on = run.sink(run.timing, wave->samples + start, static_cast<size_t>(size));
        return go_on ? CST_AUDIO_STREAM_CONT : CST_AUDIO_STREAM_STOP;
    } catch (...) {
        run.failure = std::current_exception(); // not through flite's frames
        return CST_AUDIO_STREAM_STOP;
    }
}

} // namespace

void synthesize(const FliteVoice &voice, const Prosody &prosody, const Token *tokens, size_t count,
                const ChunkSink &sink) {
    Run run = {voice, tokens, sink, 0, false, {}, nullptr};
    const float pitch = prosody.pitch;
    float stretch = voice.duration_stretch / prosody.rate;
    cst_cg_db database;

    const Utterance utterance = token_utterance(voice.voice, tokens, count);
    cst_features *features = utterance->features;

    cst_audio_streaming_info *streaming = new_audio_streaming_info(); // owned by the utterance from here on
    streaming->asc = on_chunk;
    streaming->userdata = &run;
    feat_set(features, "streaming_info", audio_streaming_info_val(streaming));

    if (voice.clustergen != nullptr) {
        // "f0_shift" is lost in these voices: their F0 comes from a model of its own (spamf0), which overwrites the
        // shifted one. So the vocoder is told another rate than the one we play at: pitch periods and frames get
        // shorter by the factor, and more frames make up for the time. The filter's coefficients are relative to the
        // sample rate, so the formants stay where they are.
        database = *voice.clustergen;
        database.sample_rate = static_cast<int>(std::lround(voice.clustergen->sample_rate / pitch));
        if (database.sample_rate == 8000) {
            database.sample_rate++; // flite takes 8000 for a telephone voice, which it makes louder
        }
        const int own_frame = static_cast<int>(0.5 + frame_seconds * voice.clustergen->sample_rate);
        run.samples_per_frame = static_cast<int>(0.5 + frame_seconds * database.sample_rate);
        stretch *= static_cast<float>(own_frame) / static_cast<float>(run.samples_per_frame);
        feat_set(features, "cg_db", cg_db_val(&database)); // not freeable, so not freed
        // flite hands over when it has more than this.
        streaming->min_buffsize = chunk_samples - run.samples_per_frame;
    } else {
        feat_set_float(features, "f0_shift", pitch);
        streaming->min_buffsize = 0; // every pitch period, of at least 50 Hz
    }
    feat_set_float(features, "duration_stretch", stretch);

    utt_synth_tokens(utterance.get());
    if (run.failure) {
        std::rethrow_exception(run.failure);
    }
}

} // namespace voice::tts
