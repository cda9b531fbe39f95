package dev.duplexvoice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.model.ModelEvent;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class VoiceTelemetryTest {

    private static VoiceTelemetry telemetry(InvocationHandler handler) {
        return (VoiceTelemetry) Proxy.newProxyInstance(
                VoiceTelemetry.class.getClassLoader(), new Class<?>[] {VoiceTelemetry.class}, handler);
    }

    private static List<Method> methods() {
        return Arrays.stream(VoiceTelemetry.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .toList();
    }

    private static Object[] arguments(Method method) {
        Object[] arguments = new Object[method.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            Class<?> type = method.getParameterTypes()[i];
            if (type == ModelEvent.class) {
                arguments[i] = new ModelEvent.Loading(Duration.ZERO, "rms");
            } else if (type == String.class) {
                arguments[i] = "text" + i;
            } else if (type == long.class) {
                arguments[i] = 100L + i;
            } else if (type == int.class) {
                arguments[i] = 10 + i;
            } else {
                arguments[i] = true;
            }
        }
        return arguments;
    }

    @Test
    void shouldPassEverythingOnWhenGuarded() throws ReflectiveOperationException {
        for (Method method : methods()) {
            List<Object> told = new ArrayList<>();
            VoiceTelemetry guarded = VoiceTelemetry.guarded(telemetry((proxy, called, args) -> {
                told.add(called.getName());
                told.addAll(List.of(args));
                return null;
            }));
            method.invoke(guarded, arguments(method));

            List<Object> expected = new ArrayList<>(List.of(method.getName()));
            expected.addAll(List.of(arguments(method)));
            assertThat(told).isEqualTo(expected);
        }
        assertThat(methods()).hasSize(13);
    }

    @Test
    void shouldKeepExceptionsFromTheEngineWhenGuarded() {
        for (Throwable thrown :
                List.of(new IllegalStateException("down"), new NoClassDefFoundError("x"), new AssertionError("no"))) {
            VoiceTelemetry guarded = VoiceTelemetry.guarded(telemetry((proxy, called, args) -> {
                throw thrown;
            }));
            assertThat(methods())
                    .allSatisfy(method -> assertThatCode(() -> method.invoke(guarded, arguments(method)))
                            .doesNotThrowAnyException());
        }
    }

    @Test
    void shouldGuardOnlyOnce() {
        VoiceTelemetry guarded = VoiceTelemetry.guarded(new VoiceTelemetry() {});

        assertThat(VoiceTelemetry.guarded(guarded)).isSameAs(guarded);
        assertThat(VoiceTelemetry.guarded(VoiceTelemetry.disabled())).isSameAs(VoiceTelemetry.disabled());
    }

    @Test
    void shouldDoNothingWhenDisabled() {
        assertThat(methods())
                .allSatisfy(method -> assertThatCode(() -> method.invoke(VoiceTelemetry.disabled(), arguments(method)))
                        .doesNotThrowAnyException());
    }

    @Test
    void shouldThrowWhenNotGuarded() {
        VoiceTelemetry bare = telemetry((proxy, called, args) -> {
            throw new IllegalStateException("down");
        });

        assertThatThrownBy(() -> bare.sessionOpened("s1")).isInstanceOf(IllegalStateException.class);
    }
}
