package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.spi.VoiceProvider;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProvidersTest {
    /** Has no pronouncer for what is asked here, but for others. */
    private record Pronouncing(@Nullable String unavailable, List<String> pronouncerLanguages)
            implements VoiceProvider {
        @Override
        public String name() {
            return "pronouncing";
        }
    }

    private static void assertRefused(String message, Pronouncing... providers) {
        assertThatThrownBy(() -> new Providers(List.of(providers)).pronouncer("de"))
                .isInstanceOf(VoiceException.class)
                .hasMessage("language=de: there is no pronouncer for it" + message);
    }

    @Test
    void shouldNameTheLanguagesThatThereAreWhenThereIsNoPronouncerForOne() {
        assertRefused(
                ", only for en-US, fr; give the voice a pronouncer of the host's own",
                new Pronouncing(null, List.of("en-US", "fr")),
                new Pronouncing(null, List.of("fr")));
    }

    @Test
    void shouldNameTheDependencyWhenNobodyPronouncesAnything() {
        String message = "; give the voice a pronouncer of the host's own, or add the dependencies"
                + " dev.duplexvoice:voice-native and its classifier for this platform,"
                + " dev.duplexvoice:voice-native:linux-x86_64";
        assertRefused(message);
        assertRefused(message, new Pronouncing(null, List.of()));
        assertRefused(message, new Pronouncing("the native core is not there", List.of("en-US")));
    }
}
