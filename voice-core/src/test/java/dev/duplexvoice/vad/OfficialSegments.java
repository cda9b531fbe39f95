package dev.duplexvoice.vad;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Silero's {@code get_speech_timestamps} (v6, {@code use_max_poss_sil_at_max_speech=True}, {@code min_silence_at_max_speech=98}),
 * statement by statement and with its names, to compare with.
 */
final class OfficialSegments {
    private OfficialSegments() {}

    private static double samples(Duration duration, int rate) {
        return duration.equals(VadOptions.NO_MAXIMUM) ? Double.POSITIVE_INFINITY : duration.toMillis() / 1_000.0 * rate;
    }

    static List<SpeechSegment> of(float[] probs, VadOptions options, int rate, int window, long total) {
        return pad(speeches(probs, options, rate, window, total), samples(options.padding(), rate), total);
    }

    static List<SpeechSegment> withoutPadding(float[] probs, VadOptions options, int rate, int window, long total) {
        return pad(speeches(probs, options, rate, window, total), 0, total);
    }

    private static List<long[]> speeches(float[] probs, VadOptions options, int rate, int window, long total) {
        float threshold = options.threshold();
        float negThreshold = Math.max(threshold - options.hysteresis(), 0.01f);
        double minSpeech = samples(options.minSpeech(), rate);
        double minSilence = samples(options.minSilence(), rate);
        double maxSpeech = samples(options.maxSpeech(), rate) - window - 2 * samples(options.padding(), rate);
        double minSilenceAtMax = rate * 98 / 1_000.0;
        boolean triggered = false;
        List<long[]> speeches = new ArrayList<>();
        long start = -1;
        long tempEnd = 0;
        List<long[]> possibleEnds = new ArrayList<>();
        for (int i = 0; i < probs.length; i++) {
            long cur = (long) window * i;
            if (probs[i] >= threshold && tempEnd != 0) {
                long duration = cur - tempEnd;
                if (duration > minSilenceAtMax) {
                    possibleEnds.add(new long[] {tempEnd, duration});
                }
                tempEnd = 0;
            }
            if (probs[i] >= threshold && !triggered) {
                triggered = true;
                start = cur;
                continue;
            }
            if (triggered && cur - start > maxSpeech) {
                if (!possibleEnds.isEmpty()) {
                    long[] best = possibleEnds.get(0);
                    for (long[] end : possibleEnds) {
                        best = end[1] > best[1] ? end : best;
                    }
                    speeches.add(new long[] {start, best[0]});
                    long nextStart = best[0] + best[1];
                    if (nextStart < best[0] + cur) {
                        start = nextStart;
                    } else {
                        start = -1;
                        triggered = false;
                    }
                    tempEnd = 0;
                    possibleEnds.clear();
                } else {
                    speeches.add(new long[] {start, cur});
                    start = -1;
                    tempEnd = 0;
                    triggered = false;
                    continue;
                }
            }
            if (probs[i] < negThreshold && triggered) {
                if (tempEnd == 0) {
                    tempEnd = cur;
                }
                if (cur - tempEnd < minSilence) {
                    continue;
                }
                if (tempEnd - start > minSpeech) {
                    speeches.add(new long[] {start, tempEnd});
                }
                start = -1;
                tempEnd = 0;
                triggered = false;
                possibleEnds.clear();
            }
        }
        if (start >= 0 && total - start > minSpeech) {
            speeches.add(new long[] {start, total});
        }
        return speeches;
    }

    private static List<SpeechSegment> pad(List<long[]> speeches, double pad, long total) {
        for (int i = 0; i < speeches.size(); i++) {
            long[] speech = speeches.get(i);
            if (i == 0) {
                speech[0] = (long) Math.max(0, speech[0] - pad);
            }
            if (i == speeches.size() - 1) {
                speech[1] = (long) Math.min(total, speech[1] + pad);
                continue;
            }
            long[] next = speeches.get(i + 1);
            long silence = next[0] - speech[1];
            if (silence < 2 * pad) {
                speech[1] += silence / 2;
                next[0] = Math.max(0, next[0] - silence / 2);
            } else {
                speech[1] = (long) Math.min(total, speech[1] + pad);
                next[0] = (long) Math.max(0, next[0] - pad);
            }
        }
        return speeches.stream().map(s -> new SpeechSegment(s[0], s[1])).toList();
    }
}
