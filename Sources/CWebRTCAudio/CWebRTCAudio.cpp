// The module is C++ with pure virtual classes only, which Swift cannot call.
#include "CWebRTCAudio.h"

#include <cmath>
#include <memory>
#include <vector>

#include <webrtc/modules/audio_processing/include/audio_processing.h>
#include <webrtc/modules/interface/module_common_types.h>

using namespace webrtc;

struct webrtc_apm {
    std::unique_ptr<AudioProcessing> processing;
    StreamConfig stream;
    std::vector<float> input, output;

    explicit webrtc_apm(int rate) : stream(rate, 1, false), input(rate / 100), output(rate / 100) {}

    void take(const int16_t *samples) {
        for (size_t i = 0; i < input.size(); i++) input[i] = samples[i] / 32768.f;
    }
};

static void configure(AudioProcessing *p, const webrtc_apm_options &options) {
    if (options.echo) {
        EchoCancellation *echo = p->echo_cancellation();
        echo->enable_drift_compensation(false);
        echo->set_suppression_level(EchoCancellation::kModerateSuppression);
        echo->enable_metrics(true);
        echo->enable_delay_logging(true);
        echo->Enable(true);
    }
    if (options.noise_level >= 0) {
        p->noise_suppression()->set_level(static_cast<NoiseSuppression::Level>(options.noise_level));
        p->noise_suppression()->Enable(true);
    }
    if (options.gain) {
        p->gain_control()->set_mode(GainControl::kAdaptiveDigital);
        p->gain_control()->Enable(true);
    }
    if (options.high_pass) p->high_pass_filter()->Enable(true);
}

extern "C" webrtc_apm *webrtc_apm_create(webrtc_apm_options options) {
    Config config;
    config.Set<DelayAgnostic>(new DelayAgnostic(options.delay_agnostic != 0));
    config.Set<ExtendedFilter>(new ExtendedFilter(options.extended_filter != 0));
    std::unique_ptr<webrtc_apm> apm(new webrtc_apm(options.rate));
    apm->processing.reset(AudioProcessing::Create(config));
    if (!apm->processing) return nullptr;
    ProcessingConfig streams = {{apm->stream, apm->stream, apm->stream, apm->stream}};
    if (apm->processing->Initialize(streams) != 0) return nullptr;
    configure(apm->processing.get(), options);
    return apm.release();
}

extern "C" void webrtc_apm_free(webrtc_apm *apm) { delete apm; }

extern "C" int webrtc_apm_render(webrtc_apm *apm, const int16_t *far) {
    apm->take(far);
    const float *in[1] = {apm->input.data()};
    float *out[1] = {apm->output.data()};
    return apm->processing->ProcessReverseStream(in, apm->stream, apm->stream, out);
}

extern "C" int webrtc_apm_capture(webrtc_apm *apm, const int16_t *near, int16_t *samples, int delay_ms) {
    apm->take(near);
    const float *in[1] = {apm->input.data()};
    float *out[1] = {apm->output.data()};
    apm->processing->set_stream_delay_ms(delay_ms);
    int result = apm->processing->ProcessStream(in, apm->stream, apm->stream, out);
    for (size_t i = 0; i < apm->output.size(); i++) {
        float value = apm->output[i] * 32768.f;
        samples[i] = static_cast<int16_t>(value > 32767 ? 32767 : value < -32768 ? -32768 : std::lrintf(value));
    }
    return result;
}

extern "C" int webrtc_apm_has_echo(const webrtc_apm *apm) {
    return apm->processing->echo_cancellation()->stream_has_echo() ? 1 : 0;
}

extern "C" int webrtc_apm_read_metrics(webrtc_apm *apm, webrtc_apm_metrics *metrics) {
    EchoCancellation *echo = apm->processing->echo_cancellation();
    EchoCancellation::Metrics seen;
    int result = echo->GetMetrics(&seen);
    if (result != 0) return result;
    int median = 0, deviation = 0;
    float poor = 0;
    echo->GetDelayMetrics(&median, &deviation, &poor);
    metrics->return_loss = seen.echo_return_loss.average;
    metrics->return_loss_enhancement = seen.echo_return_loss_enhancement.average;
    metrics->delay_median = median;
    return 0;
}
