package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.tts.Pronouncer;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Memory outside the Java heap from utterance to utterance. What flite itself allocates is counted by the native
 * {@code speech_memory_test}; here it is what the binding adds.
 */
class SpeechMemoryTest {
    private final List<SpeechSynthesizer> voices = new ArrayList<>();
    private final Pronouncer pronouncer = FlitePronouncer.open();

    @BeforeEach
    void open() {
        NativeVoiceProvider provider = new NativeVoiceProvider();
        provider.voices().forEach(voice -> voices.add(provider.openVoice(voice)));
    }

    @AfterEach
    void close() {
        voices.forEach(SpeechSynthesizer::close);
    }

    @Test
    void shouldAllocateNoNativeMemoryWhenUtterancesFollowEachOther() {
        speak(40);
        int handles = NativeHandle.live();
        System.gc();
        long buffers = directBuffers();
        speak(400);
        assertThat(NativeHandle.live()).isEqualTo(handles);
        // Fewer if what other tests left behind was collected meanwhile.
        assertThat(directBuffers()).isLessThanOrEqualTo(buffers);
    }

    private void speak(int utterances) {
        for (int i = 0; i < utterances; i++) {
            String text = "Item " + i % 100 + ".";
            try (SynthesisStream stream = Speech.start(voices.get(i % voices.size()), text)) {
                if (i % 8 == 0) {
                    assertThat(stream.read(new short[320], 0, 320)).isPositive();
                } else {
                    assertThat(Speech.drain(stream)).isGreaterThan(4_000);
                }
                assertThat(stream.words()).hasSize(2);
            }
            assertThat(pronouncer.pronounce(text)).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    private static long directBuffers() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getCount)
                .sum();
    }
}
