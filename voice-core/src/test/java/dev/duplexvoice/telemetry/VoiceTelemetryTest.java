package dev.duplexvoice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class VoiceTelemetryTest {

    private static final Function<String, String> HEADERS = name -> "value of " + name;
    private static final TelemetryEvent EVENT = new ServiceEvent.CacheRequested(1, "phrases", true);

    private static VoiceTelemetry telemetry(InvocationHandler handler) {
        return (VoiceTelemetry) Proxy.newProxyInstance(
                VoiceTelemetry.class.getClassLoader(), new Class<?>[] {VoiceTelemetry.class}, handler);
    }

    private static List<Method> methods() {
        return Arrays.stream(VoiceTelemetry.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .toList();
    }

    private static List<Object> list(Object[] args) {
        return args == null ? List.of() : List.of(args);
    }

    private static Object[] arguments(Method method) {
        Object[] arguments = new Object[method.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            Class<?> type = method.getParameterTypes()[i];
            if (type == TelemetryEvent.class) {
                arguments[i] = EVENT;
            } else if (type == Function.class) {
                arguments[i] = HEADERS;
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
                told.addAll(list(args));
                return null;
            }));
            method.invoke(guarded, arguments(method));

            List<Object> expected = new ArrayList<>(List.of(method.getName()));
            expected.addAll(List.of(arguments(method)));
            assertThat(told).isEqualTo(expected);
        }
        assertThat(methods()).hasSize(12);
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

        assertThatThrownBy(() -> bare.tick(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldTellAllEverythingInTheirOrderWhenSeveral() throws ReflectiveOperationException {
        for (Method method : methods()) {
            List<String> told = new ArrayList<>();
            VoiceTelemetry first = telemetry((proxy, called, args) -> {
                told.add("first " + called.getName() + list(args));
                throw new IllegalStateException("down");
            });
            VoiceTelemetry second = telemetry((proxy, called, args) -> {
                told.add("second " + called.getName() + list(args));
                return null;
            });
            method.invoke(
                    VoiceTelemetry.of(VoiceTelemetry.disabled(), VoiceTelemetry.of(first), second), arguments(method));

            String call = method.getName() + List.of(arguments(method));
            assertThat(told).containsExactly("first " + call, "second " + call);
        }
    }

    @Test
    void shouldBeTheOneThereIsWhenOfOneOrNone() {
        VoiceTelemetry one = new VoiceTelemetry() {};

        assertThat(VoiceTelemetry.of()).isSameAs(VoiceTelemetry.disabled());
        assertThat(VoiceTelemetry.of(VoiceTelemetry.disabled(), one)).isSameAs(one);
    }
}
