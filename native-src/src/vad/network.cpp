#include "vad/network.h"

#include <algorithm>

namespace voice::vad {

Network::Network(const Weights &weights, const Kernels &kernels) : kernels_(kernels), output_(hidden) {
    const size_t panel = kernels.panel_columns;
    plan_.geometry = weights.geometry;
    plan_.use_fft = is_hann_fourier_basis(weights.stft, weights.geometry.filter);
    if (plan_.use_fft) {
        fft_ = FftTableStorage(weights.geometry.filter);
        plan_.fft = fft_.tables();
    } else {
        stft_ = pack_stft(weights, panel);
        plan_.stft = stft_.layer();
    }
    // Four frames become 4, 2, 1 and 1. The last two layers see so few that their outer taps only meet padding.
    constexpr size_t first_taps[] = {0, 0, 1, 1};
    constexpr size_t taps[] = {3, 3, 2, 1};
    for (size_t i = 0; i < 4; i++) {
        encoder_[i] = pack_convolution(weights.encoder[i], first_taps[i], taps[i], panel);
        plan_.encoder[i] = encoder_[i].layer();
    }
    lstm_ = pack_lstm(weights, panel);
    plan_.lstm = lstm_.layer();
    std::copy(weights.output.begin(), weights.output.end(), output_.data());
    plan_.output = output_.data();
    plan_.output_bias = weights.output_bias;
}

} // namespace voice::vad
