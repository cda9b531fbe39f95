#include "tts/lockstep.h"

#include <csignal>
#include <new>
#include <utility>

namespace voice::tts {

namespace {

// flite's text analysis recurses over the parts of a token, whose length is bounded; 1 MiB is many times its need. The
// default of 8 MiB would count against a process with thousands of streams.
constexpr size_t stack_bytes = size_t{1} << 20;

} // namespace

Lockstep::Lockstep(Body body) : body_(std::move(body)) {}

Lockstep::~Lockstep() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        cancelled_ = true;
        closing_ = true;
        turn_changed_.notify_all();
    }
    if (started_) {
        pthread_join(thread_, nullptr);
    }
}

void Lockstep::start_thread() {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) {
        throw std::bad_alloc();
    }
    pthread_attr_setstacksize(&attributes, stack_bytes);
    // The host's signal handlers expect the host's threads.
    sigset_t all;
    sigset_t previous;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &previous);
    const int error = pthread_create(&thread_, &attributes, thread_main, this);
    pthread_sigmask(SIG_SETMASK, &previous, nullptr);
    pthread_attr_destroy(&attributes);
    if (error != 0) {
        throw std::bad_alloc();
    }
    started_ = true;
}

void *Lockstep::thread_main(void *self) {
    auto &lockstep = *static_cast<Lockstep *>(self);
    std::exception_ptr failure;
    try {
        lockstep.body_(lockstep);
    } catch (...) {
        failure = std::current_exception();
    }
    const std::lock_guard<std::mutex> lock(lockstep.mutex_);
    lockstep.failure_ = std::move(failure);
    lockstep.finished_ = true;
    lockstep.body_runs_ = false;
    lockstep.turn_changed_.notify_all();
    return nullptr;
}

Lockstep::Result Lockstep::next(const int16_t **samples, size_t *count) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (cancelled_) {
        return Result::cancelled;
    }
    if (!finished_) {
        body_runs_ = true;
        if (started_) {
            turn_changed_.notify_all();
        } else {
            start_thread();
        }
        turn_changed_.wait(lock, [this] { return !body_runs_ || cancelled_; });
        if (cancelled_) {
            return Result::cancelled;
        }
    }
    if (failure_) {
        std::rethrow_exception(failure_);
    }
    if (finished_) {
        return Result::end;
    }
    *samples = samples_;
    *count = count_;
    return Result::chunk;
}

void Lockstep::cancel() {
    const std::lock_guard<std::mutex> lock(mutex_);
    cancelled_ = true;
    turn_changed_.notify_all();
}

bool Lockstep::hand_over(const int16_t *samples, size_t count) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (cancelled_) {
        return false;
    }
    samples_ = samples;
    count_ = count;
    body_runs_ = false;
    turn_changed_.notify_all();
    // Not woken by cancel(): the body frees the chunk when it goes on, and the consumer may be copying it.
    turn_changed_.wait(lock, [this] { return body_runs_ || closing_; });
    return !cancelled_;
}

bool Lockstep::stopping() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return cancelled_;
}

} // namespace voice::tts
