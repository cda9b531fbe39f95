/** Realtime, full-duplex voice conversations: the API and the engine. */
@org.jspecify.annotations.NullMarked
module dev.duplexvoice.core {
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.duplexvoice;
    exports dev.duplexvoice.audio;
    exports dev.duplexvoice.dialog;
    exports dev.duplexvoice.model;
    exports dev.duplexvoice.recording;
    exports dev.duplexvoice.spi;
    exports dev.duplexvoice.stt;
    exports dev.duplexvoice.telemetry;
    exports dev.duplexvoice.time;
    exports dev.duplexvoice.tts;
    exports dev.duplexvoice.turn;
    exports dev.duplexvoice.vad;

    uses dev.duplexvoice.spi.VoicePackSource;
    uses dev.duplexvoice.spi.VoiceProvider;
}
