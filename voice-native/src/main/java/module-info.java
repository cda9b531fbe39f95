/** The native core's detectors, voices and resampler as a provider of Duplex Voice. */
@org.jspecify.annotations.NullMarked
module dev.duplexvoice.nativecore {
    requires transitive dev.duplexvoice.core;
    requires org.bytedeco.javacpp;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.duplexvoice.nativecore;

    provides dev.duplexvoice.spi.GpuSource with
            dev.duplexvoice.nativecore.NvmlGpuSource;
    provides dev.duplexvoice.spi.VoiceProvider with
            dev.duplexvoice.nativecore.NativeVoiceProvider;
}
