#include "tts/lockstep.h"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

using voice::tts::Lockstep;
using Result = Lockstep::Result;

TEST_CASE("shouldRunTheBodyOnlyWhileTheConsumerWaits") {
    int steps = 0; // not atomic: the two sides take turns
    const int16_t samples[] = {1, 2, 3};
    Lockstep lockstep([&](Lockstep &self) {
        do {
            steps++;
        } while (steps < 4 && self.hand_over(samples, static_cast<size_t>(steps)));
    });
    CHECK(steps == 0);
    const int16_t *chunk = nullptr;
    size_t count = 0;
    for (int i = 1; i < 4; i++) {
        CHECK(lockstep.next(&chunk, &count) == Result::chunk);
        CHECK(chunk == samples);
        CHECK(count == static_cast<size_t>(i));
        CHECK(steps == i);
    }
    CHECK(lockstep.next(&chunk, &count) == Result::end);
    CHECK(lockstep.next(&chunk, &count) == Result::end);
    CHECK(steps == 4);
}

TEST_CASE("shouldRethrowWhatTheBodyThrew") {
    Lockstep lockstep([](Lockstep &) { throw std::runtime_error("out of words"); });
    const int16_t *chunk = nullptr;
    size_t count = 0;
    CHECK_THROWS_WITH(lockstep.next(&chunk, &count), "out of words");
    CHECK_THROWS_WITH(lockstep.next(&chunk, &count), "out of words");
}

TEST_CASE("shouldNotStartAThreadWhenNothingIsAskedFor") {
    bool ran = false;
    { const Lockstep lockstep([&](Lockstep &) { ran = true; }); }
    CHECK(!ran);
}

TEST_CASE("shouldStopTheBodyWhenCancelledOrDestroyed") {
    for (const bool cancel : {true, false}) {
        bool stopped = false;
        {
            Lockstep lockstep([&](Lockstep &self) {
                const int16_t sample = 0;
                while (self.hand_over(&sample, 1)) {
                }
                stopped = self.stopping();
            });
            const int16_t *chunk = nullptr;
            size_t count = 0;
            CHECK(lockstep.next(&chunk, &count) == Result::chunk);
            if (cancel) {
                std::thread([&] { lockstep.cancel(); }).join();
                CHECK(lockstep.next(&chunk, &count) == Result::cancelled);
            }
        }
        CHECK(stopped);
    }
}

TEST_CASE("shouldKeepTheChunkUntilTheConsumerLetsGoWhenCancelled") {
    // The body frees its chunk as soon as it goes on; the consumer may still be copying when another thread cancels.
    int kept = 0;
    for (int round = 0; round < 50; round++) {
        std::atomic<bool> went_on{false};
        bool told_to_stop = false;
        {
            Lockstep lockstep([&](Lockstep &self) {
                const std::vector<int16_t> chunk(320, 7);
                told_to_stop = !self.hand_over(chunk.data(), chunk.size());
                went_on = true;
            });
            const int16_t *samples = nullptr;
            size_t count = 0;
            REQUIRE(lockstep.next(&samples, &count) == Lockstep::Result::chunk);
            std::thread([&] { lockstep.cancel(); }).join();
            for (int i = 0; i < 1000; i++) {
                std::this_thread::yield();
            }
            kept += !went_on && samples[319] == 7;
            CHECK(lockstep.next(&samples, &count) == Lockstep::Result::cancelled);
        }
        CHECK(told_to_stop);
    }
    CHECK(kept == 50);
}
