package dev.duplexvoice.packs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.OutputProcessing;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.model.VoicePack;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine speaks with packs through whoever opens their family. */
class EngineTest {
    @TempDir
    private Path root;

    private final VirtualClock clock = new VirtualClock();

    /** Opens the family test: a voice whose every sample is the last byte of its model. */
    private static final class ByteVoices implements VoiceProvider {
        @Override
        public String name() {
            return "bytes";
        }

        @Override
        public List<String> packFamilies() {
            return List.of("test");
        }

        @Override
        public SpeechSynthesizer openPack(VoicePack pack) {
            try {
                byte[] model = Files.readAllBytes(pack.files().get("model"));
                return new ByteVoice(pack.id(), pack.sampleRate(), model[model.length - 1]);
            } catch (java.io.IOException e) {
                throw new VoiceException(VoiceException.Code.IO, String.valueOf(e.getMessage()), e);
            }
        }
    }

    private record ByteVoice(String voice, int sampleRate, short value) implements SpeechSynthesizer {
        @Override
        public int maxTextLength() {
            return 1_000;
        }

        @Override
        public SynthesisStream start(SynthesisRequest request, Runnable readable) {
            return new SynthesisStream() {
                private int left = sampleRate / 2;

                @Override
                public int read(short[] buffer, int offset, int length) {
                    if (left == 0) {
                        return END;
                    }
                    int read = Math.min(left, length);
                    Arrays.fill(buffer, offset, offset + read, value);
                    left -= read;
                    return read;
                }

                @Override
                public List<WordTiming> words() {
                    return List.of();
                }

                @Override
                public void cancel() {
                    left = 0;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }

    private VoiceEngine engine(VoiceProvider... providers) {
        VoicePacks found = VoicePacks.builder()
                .folders(List.of(root))
                .clock(clock)
                .pollInterval(Duration.ofSeconds(1))
                .build();
        return VoiceEngine.builder()
                .clock(clock)
                .providers(List.of(providers))
                .voicePacks(List.of(found))
                .build();
    }

    private int heard(DuplexSession session) {
        short[] frame = new short[session.options().output().frameSamples()];
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        int heard = 0;
        while (session.pollAudio(frame, header) > 0) {
            for (short sample : frame) {
                heard += sample == PackWriter.MODEL[2] ? 1 : 0;
            }
        }
        return heard;
    }

    @Test
    void shouldFindWhatWasInstalledAMomentAgoWhenItLooksAnew() throws Exception {
        PackWriter.write(root, "anna", "anna");
        try (VoiceEngine engine = engine(new ByteVoices())) {
            assertThat(engine.voices()).containsExactly("anna");
            PackWriter.write(root, "berta", "berta");
            assertThat(engine.voices()).as("within the poll interval").containsExactly("anna");

            engine.refreshVoicePacks();

            assertThat(engine.voicePacks()).extracting(VoicePack::id).containsExactly("anna", "berta");
        }
    }

    @Test
    void shouldTellOnlyOfPacksThatAVoiceSpeaksFrom() throws Exception {
        PackWriter.write(root, "anna", "anna");
        PackWriter.write(root, "berta", "berta");
        VoiceProvider hiding = new VoiceProvider() {
            @Override
            public String name() {
                return "hiding";
            }

            @Override
            public List<String> voices() {
                return List.of("anna");
            }
        };

        try (VoiceEngine engine = engine(hiding, new ByteVoices())) {
            assertThat(engine.voicePacks()).extracting(VoicePack::id).containsExactly("berta");
        }
        try (VoiceEngine engine = engine(hiding)) {
            assertThat(engine.voicePacks()).as("nobody opens them").isEmpty();
        }
    }

    @Test
    void shouldGoOnSpeakingWithAPackThatIsGone() throws Exception {
        Path folder = PackWriter.write(root, "anna", "anna");
        List<SessionEvent> events = new ArrayList<>();
        try (VoiceEngine engine = engine(new ByteVoices())) {
            assertThat(engine.voices()).containsExactly("anna");
            SpeechSynthesizer voice = engine.openVoice("anna");
            SessionOptions options = SessionOptions.builder()
                    .externalSpeech()
                    .output(new AudioFormat(16_000))
                    .synthesizer(voice)
                    .processing(OutputProcessing.NONE)
                    .listener(events::add)
                    .build();
            try (DuplexSession session = engine.open(options)) {
                session.say("Hello there.");
                clock.advance(Duration.ofMillis(100));
                assertThat(heard(session)).isPositive();

                PackWriter.delete(folder);
                clock.advance(Duration.ofSeconds(1));

                assertThat(engine.voices()).isEmpty();
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> engine.openVoice("anna"))
                        .withMessageContaining("voice=anna: there is no such voice");
                heard(session);
                session.say("And again.");
                clock.advance(Duration.ofMillis(300));
                assertThat(heard(session)).isPositive();
            }
        }
        assertThat(events).noneMatch(SessionEvent.Failed.class::isInstance);
    }

    @Test
    void shouldSpeakWithAPackThatHasComeMeanwhile() throws Exception {
        try (VoiceEngine engine = engine(new ByteVoices())) {
            assertThat(engine.voices()).isEmpty();
            PackWriter.write(root, "anna", "anna");
            clock.advance(Duration.ofSeconds(1));

            assertThat(engine.openVoice("anna").sampleRate()).isEqualTo(16_000);
        }
    }

    @Test
    void shouldSayWhichFamilyNobodyOpens() throws Exception {
        PackWriter.write(root, "anna", "anna");
        try (VoiceEngine engine = engine()) {
            assertThat(engine.voices()).isEmpty();
            assertThatExceptionOfType(VoiceException.class)
                    .isThrownBy(() -> engine.openVoice("anna"))
                    .withMessageContaining("nothing installed opens a pack of the family test");
        }
    }

    @Test
    void shouldHaveNoPacksWhenTheHostBringsProvidersOnly() throws Exception {
        PackWriter.write(root, "anna", "anna");
        System.setProperty(PackFolders.PROPERTY, root.toString());
        try (VoiceEngine own = VoiceEngine.builder()
                        .clock(clock)
                        .providers(List.of(new ByteVoices()))
                        .build();
                VoiceEngine found = VoiceEngine.builder().clock(clock).build()) {
            assertThat(own.voices()).isEmpty();
            assertThat(new VoicePacks().packs()).extracting(VoicePack::id).containsExactly("anna");
            assertThatExceptionOfType(VoiceException.class)
                    .isThrownBy(() -> found.openVoice("anna"))
                    .withMessageContaining("family test"); // by the service loader
        } finally {
            System.clearProperty(PackFolders.PROPERTY);
        }
    }
}
