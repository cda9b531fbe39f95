package dev.duplexvoice.support;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Voices {@code a} to {@code e}, of which it knows when each was opened, spoken with and closed. */
public final class NamedVoices implements VoiceProvider {
    /** {@code open a}, {@code say a: text}, {@code close a}, in their order. */
    public final List<String> log = Collections.synchronizedList(new ArrayList<>());

    public final List<SynthesisRequest> requests = Collections.synchronizedList(new ArrayList<>());

    /** Those that cannot be opened. */
    public final Set<String> broken = Collections.synchronizedSet(new HashSet<>());

    @Override
    public String name() {
        return "named";
    }

    @Override
    public List<String> voices() {
        return List.of("a", "b", "c", "d", "e");
    }

    @Override
    public SpeechSynthesizer openVoice(String voice) {
        if (broken.contains(voice)) {
            throw new VoiceException(VoiceException.Code.MODEL, voice + ".onnx is truncated: fetch it again");
        }
        log.add("open " + voice);
        return new NamedVoice(voice, new ToneVoice());
    }

    private final class NamedVoice implements SpeechSynthesizer {
        private final String name;
        private final ToneVoice tone;

        NamedVoice(String name, ToneVoice tone) {
            this.name = name;
            this.tone = tone;
        }

        @Override
        public String voice() {
            return name;
        }

        @Override
        public int sampleRate() {
            return tone.sampleRate();
        }

        @Override
        public int maxTextLength() {
            return tone.maxTextLength();
        }

        @Override
        public SynthesisStream start(SynthesisRequest request, Runnable readable) {
            log.add("say " + name + ": " + request.text());
            requests.add(request);
            return tone.start(request, readable);
        }

        @Override
        public void close() {
            log.add("close " + name);
        }
    }
}
