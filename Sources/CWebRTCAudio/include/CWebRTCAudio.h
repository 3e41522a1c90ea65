#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The voice detector: symbols of libwebrtc_audio_processing.a for which Debian ships no header.
typedef struct WebRtcVadInst VadInst;
VadInst *WebRtcVad_Create(void);
void WebRtcVad_Free(VadInst *handle);
int WebRtcVad_Init(VadInst *handle);
int WebRtcVad_set_mode(VadInst *handle, int mode);
int WebRtcVad_Process(VadInst *handle, int rate, const int16_t *audio, size_t count);

/// The audio processing module, mono, frames of 10 ms.
typedef struct webrtc_apm webrtc_apm;

typedef struct webrtc_apm_options {
    int rate;
    int echo;             // 0 or 1
    int noise_level;      // -1 off, 0 low ... 3 very high
    int gain;             // 0 or 1
    int high_pass;        // 0 or 1
    int delay_agnostic;   // 0 or 1
    int extended_filter;  // 0 or 1
} webrtc_apm_options;

typedef struct webrtc_apm_metrics {
    int return_loss;
    int return_loss_enhancement;
    int delay_median;
} webrtc_apm_metrics;

/// NULL when the module refuses the rate.
webrtc_apm *webrtc_apm_create(webrtc_apm_options options);
void webrtc_apm_free(webrtc_apm *apm);
/// Frames of rate / 100 samples. Results other than 0 are the module's error codes.
int webrtc_apm_render(webrtc_apm *apm, const int16_t *far);
int webrtc_apm_capture(webrtc_apm *apm, const int16_t *near, int16_t *out, int delay_ms);
int webrtc_apm_has_echo(const webrtc_apm *apm);
/// Other than 0 while nothing is known.
int webrtc_apm_read_metrics(webrtc_apm *apm, webrtc_apm_metrics *metrics);

#ifdef __cplusplus
}
#endif
