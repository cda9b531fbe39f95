package dev.duplexvoice.benchmarks.worker;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.model.ModelWarmUp;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The worker's process: says its port on stdout and ends when its stdin does. */
final class WorkerProgram {
    /** It logs each call that is cancelled, which all are at the end; kept, because the JDK forgets loggers that nobody holds. */
    static final Logger TRANSPORT = Logger.getLogger("io.grpc");

    static final String PORT = "port=";

    private static final int MORE_SESSIONS_THAN_ANY_RUN = 10_000;

    private WorkerProgram() {}

    /** Runs it. */
    public static void main(String[] args) throws Exception {
        TRANSPORT.setLevel(Level.OFF);
        try (PreparedVoices prepared = new PreparedVoices();
                VoiceEngine engine = VoiceEngine.builder()
                        .providers(List.of(new NativeVoiceProvider(), prepared))
                        .voiceModels(models -> models.warmUp(ModelWarmUp.none()))
                        .build();
                SpeechWorker worker = SpeechWorker.builder(engine)
                        .port(0)
                        .maxSessions(MORE_SESSIONS_THAN_ANY_RUN)
                        .start()) {
            System.out.println(PORT + worker.port());
            while (System.in.read() >= 0) {
                // Whoever started this holds the other end.
            }
        }
    }
}
