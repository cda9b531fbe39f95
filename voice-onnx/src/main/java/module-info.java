/** Neural voices on ONNX Runtime as a provider of Duplex Voice. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings({"requires-automatic", "module"}) // neither ONNX Runtime nor protobuf is a module yet
module dev.duplexvoice.onnx {
    requires transitive dev.duplexvoice.core;
    requires com.fasterxml.jackson.databind;
    requires com.google.protobuf;
    requires com.microsoft.onnxruntime;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.duplexvoice.onnx;

    provides dev.duplexvoice.spi.VoiceProvider with
            dev.duplexvoice.onnx.OnnxVoiceProvider;
}
