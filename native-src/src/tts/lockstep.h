#ifndef VOICE_TTS_LOCKSTEP_H
#define VOICE_TTS_LOCKSTEP_H

#include <pthread.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>

namespace voice::tts {

/*
 * Turns code that pushes audio out of a callback into a stream that is pulled. The body runs on a thread of its own,
 * but only while the consumer waits in next(): the two take turns, so nothing is computed ahead and the order of
 * all that happens is that of one thread.
 *
 * The thread starts with the first next(). next() and the destructor belong to the consumer; cancel() may come from
 * anywhere.
 */
class Lockstep {
public:
    enum class Result { chunk, end, cancelled };
    using Body = std::function<void(Lockstep &)>;

    explicit Lockstep(Body body);
    ~Lockstep();
    Lockstep(const Lockstep &) = delete;
    Lockstep &operator=(const Lockstep &) = delete;

    /* Consumer: runs the body up to its next chunk, which stays valid until the next call. Rethrows what it threw. */
    Result next(const int16_t **samples, size_t *count);

    /* Consumer's next() returns cancelled from now on, at once; the body is told at its next hand-over,
       or, if it waits in one, when the consumer lets go of the stream. */
    void cancel();

    /* Body: hands a chunk over and waits until it is used up. False: stop now. */
    bool hand_over(const int16_t *samples, size_t count);

    /* Body: whether to stop, for places between chunks. */
    bool stopping();

private:
    static void *thread_main(void *self);
    void start_thread();

    const Body body_;
    std::mutex mutex_;
    std::condition_variable turn_changed_;
    pthread_t thread_ = {};
    bool started_ = false;
    bool body_runs_ = false; // whose turn it is
    bool finished_ = false;
    bool cancelled_ = false;
    bool closing_ = false; // the consumer is done with the last chunk
    const int16_t *samples_ = nullptr;
    size_t count_ = 0;
    std::exception_ptr failure_;
};

} // namespace voice::tts

#endif
