/** Voices of servers that speak OpenAI's {@code /v1/audio/speech}, as a provider of Duplex Voice. */
@org.jspecify.annotations.NullMarked
module dev.duplexvoice.http {
    requires transitive dev.duplexvoice.core;
    requires com.fasterxml.jackson.core;
    requires java.net.http;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.duplexvoice.http;

    provides dev.duplexvoice.spi.VoiceProvider with
            dev.duplexvoice.http.HttpVoiceProvider;
}
