package dev.duplexvoice.examples.loadtest;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.examples.WholeAudio;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A voice that knows a few texts and speaks them out of memory at the output rate: what it costs is a copy. */
public final class PreparedVoice implements SpeechSynthesizer {
    static final List<String> REPLIES = List.of(
            "Of course. I have looked it up, and there is a seat left on the train at half past nine.",
            "I can do that for you, it takes about a minute, and I will tell you when it is done.",
            "Sure!",
            "There are three of them: the first one leaves in the morning, the second one at noon, and the last one late in"
                    + " the evening, when it is quiet.");

    private final Map<String, Clip> clips = new HashMap<>();
    private final int sampleRate;

    /** Has the replies spoken by the engine's voice. */
    public PreparedVoice(VoiceEngine engine, AudioFormat output) {
        sampleRate = output.sampleRate();
        try (SpeechSynthesizer voice = engine.openVoice(engine.defaultVoice())) {
            for (String text : REPLIES) {
                Clip clip = Clip.speak(voice, text);
                List<WordTiming> words = clip.words().stream()
                        .map(word -> new WordTiming(
                                word.startSample() * sampleRate / voice.sampleRate(),
                                word.endSample() * sampleRate / voice.sampleRate(),
                                word.textBegin(),
                                word.textEnd()))
                        .toList();
                clips.put(
                        text,
                        new Clip(WholeAudio.resample(engine, clip.samples(), voice.sampleRate(), sampleRate), words));
            }
        }
    }

    @Override
    public String voice() {
        return "prepared";
    }

    @Override
    public int sampleRate() {
        return sampleRate;
    }

    @Override
    public int maxTextLength() {
        return Integer.MAX_VALUE;
    }

    /** Clauses would depend on how fast a reply is written. */
    @Override
    public boolean wantsWholeReplies() {
        return true;
    }

    @Override
    public SynthesisStream start(SynthesisRequest request, Runnable readable) {
        Clip clip = clips.get(request.text());
        if (clip == null) {
            throw new VoiceException(VoiceException.Code.SYNTHESIS, "text=" + request.text() + ": is not prepared");
        }
        return new Stream(clip);
    }

    /** Nothing to free. */
    @Override
    public void close() {}

    private static final class Stream implements SynthesisStream {
        private final Clip clip;
        private int at;
        private volatile boolean cancelled;

        Stream(Clip clip) {
            this.clip = clip;
        }

        @Override
        public int read(short[] buffer, int offset, int length) {
            int samples = Math.min(length, clip.samples().length - at);
            if (cancelled || samples == 0) {
                return END;
            }
            System.arraycopy(clip.samples(), at, buffer, offset, samples);
            at += samples;
            return samples;
        }

        @Override
        public List<WordTiming> words() {
            return clip.words();
        }

        @Override
        public long expectedSamples() {
            return clip.samples().length;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public void close() {
            cancelled = true;
        }
    }
}
