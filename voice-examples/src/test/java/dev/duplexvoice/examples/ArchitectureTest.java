package dev.duplexvoice.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which part may know which. */
class ArchitectureTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            // What voice-grpc lends to tests.
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.duplexvoice");

    private static final DescribedPredicate<JavaClass> CORE = DescribedPredicate.describe(
            "in voice-core",
            type -> type.getPackageName().equals("dev.duplexvoice")
                    || Stream.of(
                                    "audio",
                                    "vad",
                                    "turn",
                                    "tts",
                                    "stt",
                                    "dialog",
                                    "model",
                                    "recording",
                                    "telemetry",
                                    "spi",
                                    "time",
                                    "internal",
                                    "internal.output",
                                    "internal.vocoder")
                            .anyMatch(part -> type.getPackageName().equals("dev.duplexvoice." + part)));

    @Test
    void shouldKnowNothingOfTheOthersWhenInCore() {
        noClasses()
                .that(CORE)
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "of other modules or libraries",
                        type -> !CORE.test(type)
                                && !type.getPackageName().startsWith("java.")
                                && !type.getPackageName().startsWith("org.slf4j")
                                && !type.getPackageName().startsWith("org.jspecify")
                                && !type.getPackageName().isEmpty()))
                .check(ALL);
    }

    @Test
    void shouldTouchBytedecoOnlyWhenInVoiceNative() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.duplexvoice.nativecore..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco..")
                .check(ALL);
    }

    @Test
    void shouldKnowOnlyCoreAndJacksonsCoreWhenInVoiceHttp() {
        noClasses()
                .that()
                .resideInAPackage("dev.duplexvoice.http..")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "of other modules or libraries, or internal",
                        type -> !(CORE.test(type) && !type.getPackageName().endsWith(".internal"))
                                && !type.getPackageName().startsWith("dev.duplexvoice.http")
                                && !type.getPackageName().startsWith("java.")
                                && !type.getPackageName().startsWith("javax.net.ssl")
                                && !type.getPackageName().startsWith("com.fasterxml.jackson.core")
                                && !type.getPackageName().startsWith("org.slf4j")
                                && !type.getPackageName().startsWith("org.jspecify")
                                && !type.getPackageName().isEmpty()))
                .check(ALL);
    }

    @Test
    void shouldTouchGrpcOnlyWhenInVoiceGrpcOrCarryingTraces() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.duplexvoice.grpc..")
                .and()
                .haveNameNotMatching("dev\\.duplexvoice\\.opentelemetry\\.GrpcTracing.*")
                .and()
                // To which the load test sends its spans; and what brings the interceptors that carry traces.
                .haveNameNotMatching("dev\\.duplexvoice\\.examples\\.(loadtest\\.SpanReceiver|serve\\.TraceExport).*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.grpc..")
                .check(ALL);
    }

    @Test
    void shouldTouchOpenTelemetrysApiOnlyAndOnlyWhenInVoiceOpenTelemetry() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.duplexvoice.opentelemetry..")
                .and()
                // A host's part, which the load test and the programs have to play.
                .haveNameNotMatching("dev\\.duplexvoice\\.examples\\.(loadtest\\.ExportedTraces|serve\\.TraceExport).*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.opentelemetry..")
                .check(ALL);
        noClasses()
                .that()
                .resideInAPackage("dev.duplexvoice.opentelemetry..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.opentelemetry.sdk..", "io.opentelemetry.exporter..", "dev.duplexvoice.grpc..")
                .check(ALL);
    }

    @Test
    void shouldKnowOnlyCoreOfOursWhenInVoiceMicrometer() {
        noClasses()
                .that()
                .resideInAPackage("dev.duplexvoice.micrometer..")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "of other modules than voice-core, or within it",
                        type -> type.getPackageName().startsWith("dev.duplexvoice")
                                && !type.getPackageName().startsWith("dev.duplexvoice.micrometer")
                                && (!CORE.test(type) || type.getPackageName().endsWith(".internal"))))
                .check(ALL);
    }

    @Test
    void shouldTouchMicrometerOnlyWhenInVoiceMicrometer() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.duplexvoice.micrometer..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .check(ALL);
    }

    @Test
    void shouldTouchProtobufOnlyWhereModelsAreReadOrMessagesSent() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.duplexvoice.grpc..", "dev.duplexvoice.onnx.internal")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.protobuf..")
                .check(ALL);
    }

    @Test
    void shouldKnowOnlyPublicPackagesOfCoreWhenAnAdapter() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.duplexvoice.internal..", "dev.duplexvoice")
                .and(DescribedPredicate.not(CORE))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.duplexvoice.internal..")
                .check(ALL);
    }

    @Test
    void shouldKnowNoExamplesWhenAnAdapter() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.duplexvoice.nativecore..",
                        "dev.duplexvoice.http..",
                        "dev.duplexvoice.packs..",
                        "dev.duplexvoice.onnx..",
                        "dev.duplexvoice.grpc..",
                        "dev.duplexvoice.micrometer..",
                        "dev.duplexvoice.logging..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.duplexvoice.examples..")
                .check(ALL);
    }

    @Test
    void shouldKnowOnlyCoreAndYamlWhenInVoicePacks() {
        noClasses()
                .that()
                .resideInAPackage("dev.duplexvoice.packs..")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "of other modules or libraries, or within core",
                        type -> !type.getPackageName().startsWith("dev.duplexvoice.packs")
                                && (!CORE.test(type) || type.getPackageName().endsWith(".internal"))
                                && Stream.of("java.", "javax.net.", "org.slf4j", "org.jspecify", "org.snakeyaml.engine")
                                        .noneMatch(part -> type.getPackageName().startsWith(part))
                                && !type.getPackageName().isEmpty()))
                .check(ALL);
    }

    @Test
    void shouldKnowOnlyCoreOfOursWhenInVoiceOnnx() {
        noClasses()
                .that()
                .resideInAPackage("dev.duplexvoice.onnx..")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "of other modules than voice-core",
                        type -> type.getPackageName().startsWith("dev.duplexvoice")
                                && !type.getPackageName().startsWith("dev.duplexvoice.onnx")
                                && !CORE.test(type)))
                .check(ALL);
    }

    @Test
    void shouldTouchOnnxRuntimeOnlyWhenInVoiceOnnx() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.duplexvoice.onnx.internal")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.onnxruntime..")
                .check(ALL);
    }

    @Test
    void shouldKnowOnlyCoreOfOursWhenInVoiceLogging() {
        noClasses()
                .that()
                .resideInAPackage("dev.duplexvoice.logging..")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "of other modules than voice-core",
                        type -> type.getPackageName().startsWith("dev.duplexvoice")
                                && !type.getPackageName().startsWith("dev.duplexvoice.logging")
                                && !CORE.test(type)))
                .check(ALL);
    }

    @Test
    void shouldTouchLogbackOnlyWhenInVoiceLogging() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.duplexvoice.logging..")
                .and()
                // Which leaves the log as it found it.
                .haveNameNotMatching("dev\\.duplexvoice\\.examples\\.loadtest\\.JsonLog")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ch.qos.logback..", "net.logstash..", "tools.jackson..")
                .check(ALL);
    }

    @Test
    void shouldMentionNoInternalTypeWhenAPublicSignature() {
        methods()
                .that()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackage("..internal..")
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .and()
                .haveModifier(JavaModifier.PUBLIC)
                .should(new ArchCondition<>("mention no internal type") {
                    @Override
                    public void check(JavaMethod method, ConditionEvents events) {
                        Stream.concat(method.getRawParameterTypes().stream(), Stream.of(method.getRawReturnType()))
                                .filter(type -> type.getPackageName().contains(".internal"))
                                .forEach(type -> events.add(SimpleConditionEvent.violated(
                                        method, method.getFullName() + " mentions " + type.getName())));
                    }
                })
                .check(ALL);
    }

    @Test
    void shouldNotReadTheSystemClockWhenInTheEngine() {
        // Time is a parameter. What measures computing time or waits in real time for a host is named here.
        classes()
                .that()
                .resideInAPackage("dev.duplexvoice.internal..")
                .and()
                .doNotHaveSimpleName("ClauseAudio")
                .and()
                .doNotHaveSimpleName("SessionHandle")
                .should(new ArchCondition<>("not call System.nanoTime or currentTimeMillis") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        type.getMethodCallsFromSelf().stream()
                                .filter(call -> call.getTargetOwner().isEquivalentTo(System.class))
                                .filter(call -> call.getName().equals("nanoTime")
                                        || call.getName().equals("currentTimeMillis"))
                                .forEach(
                                        call -> events.add(SimpleConditionEvent.violated(call, call.getDescription())));
                    }
                })
                .check(ALL);
    }
}
