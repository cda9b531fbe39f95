package dev.duplexvoice.grpc.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerCapabilitiesTest {

    @ParameterizedTest
    @CsvSource({
        "en, en, true",
        "EN, en, true",
        "en, en-US, true",
        "en-US, en, true",
        "en_us, en-US, true",
        "zh-Hant, zh-Hant-TW, true",
        "en-GB, en-US, false",
        "en, eng, false",
        "eng, en, false",
        "de, en, false",
        "en-u, en-us, false"
    })
    void shouldSpeakALanguageAndItsVarieties(String spoken, String wanted, boolean speaks) {
        WorkerCapabilities worker = new WorkerCapabilities(Set.of(), Set.of("fr", spoken), 0);

        assertThat(worker.speaks(WorkerCapabilities.languageTag(wanted))).isEqualTo(speaks);
    }
}
