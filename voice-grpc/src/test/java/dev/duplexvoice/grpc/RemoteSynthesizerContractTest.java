package dev.duplexvoice.grpc;

import dev.duplexvoice.grpc.registry.StaticWorkerRegistry;
import dev.duplexvoice.grpc.routing.RoutedVoice;
import dev.duplexvoice.grpc.routing.Router;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SpeechSynthesizerContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** A voice behaves the same here and at a worker. */
class RemoteSynthesizerContractTest {
    private static Loopback loopback;

    @BeforeAll
    static void start() {
        loopback = new Loopback();
    }

    @AfterAll
    static void stop() {
        loopback.close();
    }

    @Nested
    class Local extends SpeechSynthesizerContract {
        @Override
        protected SpeechSynthesizer open() {
            return loopback.voices.openVoice("a");
        }
    }

    @Nested
    class Remote extends SpeechSynthesizerContract {
        @Override
        protected SpeechSynthesizer open() {
            return RemoteSynthesizer.builder(loopback.target()).voice("a").build();
        }
    }

    @Nested
    class RemoteAtAnotherRateWithoutSpareSessions extends SpeechSynthesizerContract {
        @Override
        protected SpeechSynthesizer open() {
            return RemoteSynthesizer.builder(loopback.target())
                    .sampleRate(16_000)
                    .spareSessions(0)
                    .build();
        }
    }

    @Nested
    class Routed extends SpeechSynthesizerContract {
        @Override
        protected SpeechSynthesizer open() {
            return RoutedVoice.builder(Router.builder(StaticWorkerRegistry.at("grpc://" + loopback.target()))
                            .build())
                    .model("a")
                    .build();
        }
    }
}
