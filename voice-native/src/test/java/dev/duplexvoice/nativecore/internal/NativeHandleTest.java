package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NativeHandleTest {
    private final AtomicInteger freed = new AtomicInteger();
    private final NativeHandle handle = new NativeHandle("thing", freed::incrementAndGet);

    @Test
    void shouldFreeOnceWhenClosedTwice() {
        handle.close();
        handle.close();
        assertThat(freed).hasValue(1);
    }

    @Test
    void shouldFreeOnExitWhenClosedWhileSomeoneIsInside() {
        handle.enter();
        handle.close();
        assertThat(freed).hasValue(0);
        handle.exit();
        assertThat(freed).hasValue(1);
    }

    @Test
    void shouldLetNoOneInWhenClosed() {
        handle.enter();
        handle.close();
        assertThat(handle.tryEnter()).isFalse();
        assertThatIllegalStateException().isThrownBy(handle::enter).withMessage("thing is closed");
        assertThatIllegalStateException().isThrownBy(handle::checkOpen).withMessage("thing is closed");
        handle.exit();
    }
}
